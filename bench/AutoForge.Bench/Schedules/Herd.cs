using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Bench.Throughput;
using AutoForge.Testing.Running;
using Npgsql;

namespace AutoForge.Bench.Schedules;

/// <summary>Workflows that are all due in the same second, each with a document of its own, a hundred to an account.</summary>
internal sealed class Herd(Stage stage, int count) : IDisposable
{
    private const int EachAccount = 100;
    private const long CreditCents = 1_000_000;
    private static readonly TimeSpan ToWrite = TimeSpan.FromSeconds(20);
    private static readonly LoadPlan Plan = new(0);

    // Nobody waits for it.
    private readonly SemaphoreSlim _landing = new(0);
    private string _name = "";

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>Writes the workflows, before they are due.</summary>
    public async Task WriteAsync()
    {
        DueAt = DateTimeOffset.FromUnixTimeSeconds((await NowAsync() + ToWrite).ToUnixTimeSeconds());
        _name = $"herd-{DueAt.ToUnixTimeSeconds()}-";
        var first = stage.Flights.Count;
        // The target notes whether a run comes to it twice.
        for (var i = 0; i < count; i++)
            stage.Flights.Begin(Plan, _landing);

        using var owner = await stage.Server.RegisterAsync();
        var model = (await owner.PublishAsync(Workflow()))["definitionId"]!.GetValue<string>();
        await CopyAsync(model, first);
        await owner.PostAsync($"/api/v1/workflows/{model}/retract");
        if (await NowAsync() >= DueAt)
            throw new InvalidOperationException("They were due before they were written: this machine is too slow for so many.");
    }

    /// <summary>How many runs of it are committed, how many have been charged, and how long it has been due.</summary>
    public async Task<HerdLook> LookAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT COUNT(*), COUNT(*) FILTER (WHERE status = 'Succeeded'), clock_timestamp() - @due
            FROM runs
            WHERE workflow_id LIKE @name || '%'
            """, connection);
        command.Parameters.AddWithValue("due", DueAt);
        command.Parameters.AddWithValue("name", _name);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new HerdLook(reader.GetInt64(0), reader.GetInt64(1), reader.GetTimeSpan(2));
    }

    /// <summary>How many of its schedules have a run.</summary>
    public async Task<long> CountStartedAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT COUNT(DISTINCT trigger_id) FROM runs WHERE workflow_id LIKE @name || '%'", connection);
        command.Parameters.AddWithValue("name", _name);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private JsonObject Workflow() => Draw.Chain("Schedule",
        Draw.Trigger("clock", "AutoForge.Schedule",
            ("kind", Draw.Literal("once")),
            ("at", Draw.Literal(DueAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))),
        Draw.Activity("send", "AutoForge.HttpRequest",
            ("method", Draw.Literal("POST")),
            ("url", Draw.Literal($"http://127.0.0.1:{stage.Target.Port}/orders")),
            ("body", Draw.Literal($$"""{"order":"{{OrderNumber.Zero}}"}"""))));

    private async Task CopyAsync(string model, int first)
    {
        await using var batch = stage.Database.CreateBatch();
        foreach (var statement in Statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"""
                WITH account AS (
                    SELECT n, md5(@name || n)::uuid AS id
                    FROM generate_series(0, (@count - 1) / {EachAccount}) AS n
                ), herd AS (
                    SELECT a.id AS account_id, @name || k AS workflow_id, md5(@name || 'trigger' || k)::uuid AS trigger_id, @first + k AS order_number
                    FROM generate_series(0, @count - 1) AS k
                    JOIN account AS a ON a.n = k / {EachAccount}
                )
                {statement}
                """)
            {
                Parameters =
                {
                    new NpgsqlParameter<string>("name", _name),
                    new NpgsqlParameter<int>("count", count),
                    new NpgsqlParameter<int>("first", first),
                    new NpgsqlParameter<string>("model", model),
                    new NpgsqlParameter<long>("credit", CreditCents),
                },
            });
        }
        // They would have been there for long.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("ANALYZE accounts, workflows, workflow_versions, triggers"));
        await batch.ExecuteNonQueryAsync();
    }

    private static readonly string[] Statements =
    [
        "INSERT INTO accounts (id, available_cents, held_cents, last_entry_no) SELECT id, @credit, 0, 1 FROM account",
        """
        INSERT INTO ledger_entries (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
                                    available_after_cents, held_after_cents, run_id, source, description)
        SELECT id, 1, 'grant', @credit, @credit, 0, @credit, 0, NULL, 'herd', 'Credit' FROM account
        """,
        """
        INSERT INTO workflows (account_id, id, name, latest_version, published_version)
        SELECT account_id, workflow_id, workflow_id, 1, 1 FROM herd
        """,
        $"""
        INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents, published_at)
        SELECT h.account_id, h.workflow_id, 1, 'v' || h.workflow_id,
               replace(v.document::text, '{OrderNumber.Zero}', lpad(h.order_number::text, {OrderNumber.Length}, '0'))::json, v.price_cents, now()
        FROM herd AS h, (SELECT document, price_cents FROM workflow_versions WHERE workflow_id = @model AND published_at IS NOT NULL) AS v
        """,
        """
        INSERT INTO triggers (account_id, id, workflow_id, activity_id, type, version, price_cents, enabled, settings, next_due_at)
        SELECT h.account_id, h.trigger_id, h.workflow_id, t.activity_id, t.type, 1, t.price_cents, true, t.settings, t.next_due_at
        FROM herd AS h, (SELECT activity_id, type, price_cents, settings, next_due_at FROM triggers WHERE workflow_id = @model) AS t
        """,
    ];

    private async Task<DateTimeOffset> NowAsync()
    {
        await using var command = stage.Database.CreateCommand("SELECT clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync())!);
    }

    public void Dispose() => _landing.Dispose();
}
