using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Steps;

/// <summary>A step of a run, as the table has it or will have it.</summary>
internal readonly record struct StoredStep(Guid AccountId, Guid RunId, StepRecord Step);

/// <summary>The table steps: journal and history in one.</summary>
internal sealed class StepStore(Database database)
{
    /// <summary>In the order that <see cref="Read"/> expects.</summary>
    public const string Columns =
        """
        seq, node_id, visit, activity_id, activity_type, name, status, attempt, wave, outcomes,
        input, output, fault_code, fault_message, resume_at, started_at, finished_at
        """;

    private const string Insert =
        """
        INSERT INTO steps
            (account_id, run_id, seq, node_id, visit, activity_id, activity_type, name, status, attempt, wave, outcomes,
             input, output, fault_code, fault_message, resume_at, started_at, finished_at)
        SELECT unnest(@accounts), unnest(@runs), unnest(@seqs), unnest(@nodes), unnest(@visits), unnest(@activities), unnest(@types),
               unnest(@names), unnest(@statuses), unnest(@attempts), unnest(@waves), unnest(@outcomes), unnest(@inputs), unnest(@outputs),
               unnest(@fault_codes), unnest(@fault_messages), unnest(@resumes), unnest(@started), unnest(@finished)
        """;

    // For those that are not known to be stored, but maybe are: the answer of the database to an earlier try may have been lost.
    private static readonly string Upsert =
        $"""
        {Insert}
        ON CONFLICT (account_id, run_id, seq) DO UPDATE
        {SetFrom("EXCLUDED")}
        """;

    private static readonly string Update =
        $"""
        UPDATE steps AS s
        {SetFrom("n")}
        FROM (
            SELECT unnest(@accounts) AS account_id, unnest(@runs) AS run_id, unnest(@seqs) AS seq, unnest(@statuses) AS status,
                   unnest(@attempts) AS attempt, unnest(@waves) AS wave, unnest(@outcomes) AS outcomes, unnest(@inputs) AS input,
                   unnest(@outputs) AS output, unnest(@fault_codes) AS fault_code, unnest(@fault_messages) AS fault_message,
                   unnest(@resumes) AS resume_at, unnest(@started) AS started_at, unnest(@finished) AS finished_at
        ) AS n
        WHERE s.account_id = n.account_id
          AND s.run_id = n.run_id
          AND s.seq = n.seq
        """;

    /// <summary>Stores the first steps of runs that are accepted in the same transaction.</summary>
    public static NpgsqlBatchCommand InsertCommand(IReadOnlyList<StoredStep> steps) => Command(Insert, steps, isNew: true);

    /// <summary>Adds steps as they stand now to those that are stored; the caller's transaction has fenced their runs.</summary>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyList<StoredStep> steps)
    {
        foreach (var some in steps.GroupBy(s => s.Step.IsStored))
            batch.BatchCommands.Add(Command(some.Key ? Update : Upsert, [.. some], isNew: !some.Key));
    }

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<StoredStep> steps, bool isNew)
    {
        T[] Column<T>(Func<StepRecord, T> value) => steps.Select(s => value(s.Step)).ToArray();

        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]>("accounts", steps.Select(s => s.AccountId).ToArray()),
                new NpgsqlParameter<Guid[]>("runs", steps.Select(s => s.RunId).ToArray()),
                new NpgsqlParameter<int[]>("seqs", Column(s => s.Seq)),
                new NpgsqlParameter<string[]>("statuses", Column(s => s.Status.ToString())),
                new NpgsqlParameter<int[]>("attempts", Column(s => s.Attempt)),
                new NpgsqlParameter<int[]>("waves", Column(s => s.Wave)),
                new NpgsqlParameter<string?[]>("outcomes", Column(s => OutcomesToText(s.Outcomes))),
                new NpgsqlParameter<string?[]>("inputs", Column(s => s.Input?.ToJsonString())),
                new NpgsqlParameter<string?[]>("outputs", Column(s => s.Output?.ToJsonString())),
                new NpgsqlParameter<string?[]>("fault_codes", Column(s => StoredText.Of(s.Fault?.Code))),
                new NpgsqlParameter<string?[]>("fault_messages", Column(s => StoredText.Of(s.Fault?.Message))),
                new NpgsqlParameter<DateTimeOffset?[]>("resumes", Column(s => s.ResumeAt)),
                new NpgsqlParameter<DateTimeOffset[]>("started", Column(s => s.StartedAt)),
                new NpgsqlParameter<DateTimeOffset?[]>("finished", Column(s => s.FinishedAt)),
            },
        };
        if (isNew)
        {
            command.Parameters.Add(new NpgsqlParameter<string[]>("nodes", Column(s => s.NodeId)));
            command.Parameters.Add(new NpgsqlParameter<int[]>("visits", Column(s => s.Visit)));
            command.Parameters.Add(new NpgsqlParameter<string[]>("activities", Column(s => s.ActivityId)));
            command.Parameters.Add(new NpgsqlParameter<string[]>("types", Column(s => s.ActivityType)));
            command.Parameters.Add(new NpgsqlParameter<string?[]>("names", Column(s => StoredText.Of(s.Name))));
        }
        return command;
    }

    /// <summary>
    /// Ends the open steps of a run that is cancelled or given up. Whether a step that was under way took effect is not
    /// known; what one waited for stays, so that a replay goes on there. The caller's transaction holds the run.
    /// </summary>
    public static NpgsqlBatchCommand CancelOpenCommand(Guid accountId, Guid runId) => new(
        """
        UPDATE steps
        SET status = CASE status WHEN 'Running' THEN 'Uncertain' ELSE 'Cancelled' END,
            finished_at = GREATEST(now(), started_at)
        WHERE account_id = @account
          AND run_id = @run
          AND status IN ('Running', 'Waiting')
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid>("account", accountId),
            new NpgsqlParameter<Guid>("run", runId),
        },
    };

    /// <summary>In order of starting.</summary>
    public async Task<IReadOnlyList<StepRecord>> LoadAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns}
            FROM steps
            WHERE account_id = @account
              AND run_id = @run
            ORDER BY seq
            """;
        command.Parameters.Add(new NpgsqlParameter<Guid>("account", accountId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("run", runId));

        var steps = new List<StepRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            steps.Add(Read(reader));
        return steps;
    }

    public static StepRecord Read(NpgsqlDataReader reader)
    {
        string? Text(int i) => reader.IsDBNull(i) ? null : reader.GetString(i);
        DateTimeOffset? When(int i) => reader.IsDBNull(i) ? null : reader.GetFieldValue<DateTimeOffset>(i);
        JsonObject? Json(int i) => Text(i) is { } text ? JsonNode.Parse(text) as JsonObject : null;

        return new StepRecord
        {
            Seq = reader.GetInt32(0),
            NodeId = reader.GetString(1),
            Visit = reader.GetInt32(2),
            ActivityId = reader.GetString(3),
            ActivityType = reader.GetString(4),
            Name = Text(5),
            Status = Enum.Parse<StepStatus>(reader.GetString(6)),
            Attempt = reader.GetInt32(7),
            Wave = reader.GetInt32(8),
            Outcomes = Text(9) is { } outcomes ? JsonSerializer.Deserialize<string[]>(outcomes) : null,
            Input = Json(10),
            Output = Json(11),
            Fault = Text(12) is { } code ? new Fault(code, Text(13) ?? "") : null,
            ResumeAt = When(14),
            StartedAt = reader.GetFieldValue<DateTimeOffset>(15),
            FinishedAt = When(16),
            IsDirty = false,
            IsStored = true,
        };
    }

    /// <summary>All that changes of a step once it is stored.</summary>
    private static string SetFrom(string row) =>
        $"""
        SET status = {row}.status,
            attempt = {row}.attempt,
            wave = {row}.wave,
            outcomes = {row}.outcomes,
            input = {row}.input,
            output = {row}.output,
            fault_code = {row}.fault_code,
            fault_message = {row}.fault_message,
            resume_at = {row}.resume_at,
            started_at = {row}.started_at,
            finished_at = {row}.finished_at
        """;

    private static string? OutcomesToText(IReadOnlyList<string>? outcomes) => outcomes switch
    {
        null => null,
        ["Done"] => """["Done"]""",
        _ => JsonSerializer.Serialize(outcomes),
    };
}
