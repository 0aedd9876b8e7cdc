using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>A trigger of a published workflow.</summary>
/// <param name="Token">Webhooks: the opaque part of the address.</param>
/// <param name="Settings">The literal inputs of the trigger activity.</param>
/// <param name="NextDueAt">Schedules: when it fires next; null = never again.</param>
public sealed record TriggerRow(
    Guid AccountId, Guid Id, string WorkflowId, string WorkflowName, string ActivityId, string Type, string? Token,
    int Version, int PriceCents, bool Enabled, JsonObject Settings, DateTimeOffset? NextDueAt);

/// <summary>A trigger activity as the version that is being published has it.</summary>
internal sealed record TriggerDraft(string ActivityId, string Type, JsonObject Settings, DateTimeOffset? NextDueAt);

/// <summary>The tables triggers and refusals.</summary>
internal sealed class TriggerStore(Database database)
{
    private const string Columns =
        "t.account_id, t.id, t.workflow_id, w.name, t.activity_id, t.type, t.token, t.version, t.price_cents, t.enabled, t.settings, t.next_due_at";

    /// <summary>The triggers of the requests as they are now.</summary>
    public static NpgsqlBatchCommand StateCommand(IReadOnlyList<AcceptRequest> requests) => new(
        """
        SELECT t.id, t.enabled, t.version, t.price_cents, t.price_list
        FROM (SELECT DISTINCT * FROM unnest(@accounts, @ids)) AS q (account_id, id)
        JOIN triggers AS t ON t.account_id = q.account_id AND t.id = q.id
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]>("accounts", requests.Select(r => r.AccountId).ToArray()),
            new NpgsqlParameter<Guid[]>("ids", requests.Select(r => r.TriggerId).ToArray()),
        },
    };

    /// <summary>Makes runs that were not started visible: a row per workflow, trigger, reason and slot.</summary>
    public static void AddRefusalsTo(NpgsqlBatch batch, IReadOnlyList<Refusal> refusals)
    {
        // A due time is one wish, however many nodes see it; calls in the same minute are as many as they are.
        foreach (var kind in refusals.GroupBy(r => r.Request.DueAt is not null))
            batch.BatchCommands.Add(RefuseCommand([.. kind], kind.Key ? "DO NOTHING" : "DO UPDATE SET times = r.times + EXCLUDED.times"));
    }

    private static NpgsqlBatchCommand RefuseCommand(IReadOnlyList<Refusal> refusals, string onConflict)
    {
        var slots = refusals
            .GroupBy(r => (r.Request.AccountId, r.Request.WorkflowId, r.Request.TriggerId, r.Slot, r.Reason))
            .OrderBy(g => g.Key)
            .ToArray();
        return new NpgsqlBatchCommand(
            $"""
            INSERT INTO refusals AS r (account_id, workflow_id, trigger_id, reason, slot, times)
            SELECT account_id, workflow_id, trigger_id, reason, slot, times
            FROM unnest(@accounts, @workflows, @triggers, @reasons, @slots, @times)
                AS n (account_id, workflow_id, trigger_id, reason, slot, times)
            ON CONFLICT (account_id, slot, trigger_id, workflow_id, reason) {onConflict}
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", Array.ConvertAll(slots, g => g.Key.AccountId)),
                new NpgsqlParameter<string[]>("workflows", Array.ConvertAll(slots, g => g.Key.WorkflowId)),
                new NpgsqlParameter<Guid[]>("triggers", Array.ConvertAll(slots, g => g.Key.TriggerId)),
                new NpgsqlParameter<string[]>("reasons", Array.ConvertAll(slots, g => g.Key.Reason)),
                new NpgsqlParameter<DateTimeOffset[]>("slots", Array.ConvertAll(slots, g => g.Key.Slot)),
                new NpgsqlParameter<int[]>("times", Array.ConvertAll(slots, g => g.First().Request.DueAt is null ? g.Count() : 1)),
            },
        };
    }

    /// <summary>The trigger behind a webhook address; the account follows from the address. Null = unknown or its workflow was deleted.</summary>
    public async Task<TriggerRow?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // One row by its key: what takes longer says that the database is not there, and the caller waits.
        command.CommandTimeout = 5;
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM triggers AS t
            JOIN workflows AS w ON w.account_id = t.account_id AND w.id = t.workflow_id
            WHERE t.token = @token
              AND w.deleted_at IS NULL
            """;
        command.Parameters.Add(new NpgsqlParameter<string>("token", token));
        return (await ReadAsync(command, cancellationToken)).FirstOrDefault();
    }

    /// <summary>The webhook of an activity of a workflow. Null = there is none, or it was never published, or its workflow was deleted.</summary>
    public async Task<TriggerRow?> FindWebhookAsync(Guid accountId, string workflowId, string activityId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM triggers AS t
            JOIN workflows AS w ON w.account_id = t.account_id AND w.id = t.workflow_id
            WHERE t.account_id = @account
              AND t.workflow_id = @workflow
              AND t.activity_id = @activity
              AND t.token IS NOT NULL
              AND w.deleted_at IS NULL
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<string>("workflow", workflowId));
        command.Parameters.Add(new NpgsqlParameter<string>("activity", activityId));
        return (await ReadAsync(command, cancellationToken)).FirstOrDefault();
    }

    public static async Task<IReadOnlyList<TriggerRow>> ListAsync(
        NpgsqlConnection connection, Guid accountId, string workflowId, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM triggers AS t
            JOIN workflows AS w ON w.account_id = t.account_id AND w.id = t.workflow_id
            WHERE t.account_id = @account
              AND t.workflow_id = @workflow
            ORDER BY t.created_at, t.id
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<string>("workflow", workflowId));
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>
    /// Schedules that are due by the database clock, the earliest, with that clock's time. Of many that are due at the same time
    /// any: nodes that look at once mostly find others.
    /// </summary>
    public async Task<(IReadOnlyList<TriggerRow> Due, DateTimeOffset Now, DateTimeOffset? NextDueAt)> DueAsync(int max, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM (
                SELECT account_id, id
                FROM triggers
                WHERE enabled
                  AND next_due_at <= now()
                ORDER BY next_due_at, random()
                LIMIT @max
            ) AS due
            JOIN triggers AS t ON t.account_id = due.account_id AND t.id = due.id
            JOIN workflows AS w ON w.account_id = t.account_id AND w.id = t.workflow_id
            """;
        command.Parameters.Add(new NpgsqlParameter<int>("max", max));
        var due = await ReadAsync(command, cancellationToken);

        await using var clock = connection.CreateCommand();
        clock.CommandText =
            """
            SELECT now(), (SELECT MIN(next_due_at) FROM triggers WHERE enabled AND next_due_at > now())
            """;
        await using var reader = await clock.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (due, reader.GetFieldValue<DateTimeOffset>(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>Moves schedules on that no other node or publish has moved meanwhile; all in one commit.</summary>
    public async Task AdvanceAsync(IReadOnlyList<(TriggerRow Trigger, DateTimeOffset? Next)> fired, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // A row that is locked is being moved by somebody else. Waiting for it, in another order than theirs, could deadlock.
        command.CommandText =
            """
            WITH free AS (
                SELECT t.account_id, t.id, f.next
                FROM unnest(@accounts, @ids, @versions, @dues, @nexts) AS f (account_id, id, version, due, next)
                JOIN triggers AS t ON t.account_id = f.account_id AND t.id = f.id
                WHERE t.version = f.version
                  AND t.next_due_at = f.due
                FOR NO KEY UPDATE OF t SKIP LOCKED
            )
            UPDATE triggers AS t
            SET next_due_at = free.next
            FROM free
            WHERE t.account_id = free.account_id
              AND t.id = free.id
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("accounts", fired.Select(f => f.Trigger.AccountId).ToArray()));
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("ids", fired.Select(f => f.Trigger.Id).ToArray()));
        command.Parameters.Add(new NpgsqlParameter<int[]>("versions", fired.Select(f => f.Trigger.Version).ToArray()));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?[]>("dues", fired.Select(f => f.Trigger.NextDueAt).ToArray()));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?[]>("nexts", fired.Select(f => f.Next).ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the triggers of a workflow those of the version that is published: addresses stay, what the version no
    /// longer has is switched off. The caller's transaction holds the workflow.
    /// </summary>
    public static async Task ReplaceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string workflowId, int version, RunPrice price,
        IReadOnlyList<TriggerDraft> drafts, CancellationToken cancellationToken)
    {
        await SwitchOffAsync(connection, transaction, accountId, workflowId, cancellationToken);
        foreach (var draft in drafts)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO triggers
                    (account_id, id, workflow_id, activity_id, type, token, version, price_cents, price_list, enabled, settings, next_due_at)
                VALUES (@account, @id, @workflow, @activity, @type, @token, @version, @price, @list, true, @settings::json, @due)
                ON CONFLICT (account_id, workflow_id, activity_id) DO UPDATE
                SET type = EXCLUDED.type,
                    token = CASE WHEN EXCLUDED.token IS NULL THEN NULL ELSE COALESCE(triggers.token, EXCLUDED.token) END,
                    version = EXCLUDED.version,
                    price_cents = EXCLUDED.price_cents,
                    price_list = EXCLUDED.price_list,
                    enabled = true,
                    settings = EXCLUDED.settings,
                    next_due_at = EXCLUDED.next_due_at
                """, connection, transaction);
            command.Parameters.AddWithValue("account", accountId);
            command.Parameters.AddWithValue("id", Ids.NewId());
            command.Parameters.AddWithValue("workflow", workflowId);
            command.Parameters.AddWithValue("activity", draft.ActivityId);
            command.Parameters.AddWithValue("type", draft.Type);
            command.Parameters.Add(new NpgsqlParameter<string?>("token", draft.Type == TriggerTypes.Webhook ? NewToken() : null));
            command.Parameters.AddWithValue("version", version);
            command.Parameters.AddWithValue("price", price.Cents);
            command.Parameters.AddWithValue("list", price.List);
            command.Parameters.AddWithValue("settings", draft.Settings.ToJsonString());
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?>("due", draft.NextDueAt));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Switches every trigger of a workflow off. The caller's transaction holds the workflow.</summary>
    public static async Task SwitchOffAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid accountId, string workflowId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE triggers
            SET enabled = false,
                next_due_at = NULL
            WHERE account_id = @account
              AND workflow_id = @workflow
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("workflow", workflowId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<TriggerRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<TriggerRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new TriggerRow(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetInt32(7), reader.GetInt32(8), reader.GetBoolean(9),
                JsonNode.Parse(reader.GetString(10))!.AsObject(),
                reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11)));
        }
        return rows;
    }

    // 192 bits: an address cannot be guessed.
    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
