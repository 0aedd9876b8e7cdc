using AutoForge.Engine.Runs;
using Npgsql;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A run as its row says.</summary>
internal sealed record RunRow(Guid Id, RunStatus Status, int PriceCents, int ChargedCents, int Attempts, string? FaultCode, DateTimeOffset? FinishedAt, bool HasInput)
{
    public bool IsOpen => Status is RunStatus.Queued or RunStatus.Running or RunStatus.Waiting;

    /// <summary>Whether its price counts towards caps.</summary>
    public bool IsSpent => IsOpen || Status == RunStatus.Succeeded;
}

/// <summary>An account and its runs as the database has them, read in SQL of the simulation's own.</summary>
internal sealed record AccountFacts(
    long AvailableCents, long HeldCents, long DebtCents, int PlacesTaken, int RunsParked, int JobsWithPlace, int JobsParked, int Jobs,
    IReadOnlyDictionary<Guid, RunRow> Runs)
{
    public static async Task<AccountFacts> ReadAsync(NpgsqlDataSource sql, Guid accountId)
    {
        await using var batch = sql.CreateBatch();
        batch.BatchCommands.Add(Command(
            """
            SELECT a.available_cents, a.held_cents, a.debt_cents, a.places_taken, a.runs_parked,
                   COUNT(j.id) FILTER (WHERE j.has_place)::int, COUNT(j.id) FILTER (WHERE j.due_at = 'infinity')::int, COUNT(j.id)::int
            FROM accounts AS a
            LEFT JOIN jobs AS j ON j.account_id = a.id
            WHERE a.id = @account
            GROUP BY a.id
            """));
        batch.BatchCommands.Add(Command(
            """
            SELECT r.id, r.status, r.price_cents, r.charged_cents, r.attempts, r.fault_code, r.finished_at, i.run_id IS NOT NULL
            FROM runs AS r
            LEFT JOIN run_inputs AS i ON i.account_id = r.account_id AND i.run_id = r.id
            WHERE r.account_id = @account
            """));
        await using var reader = await batch.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync();
        var facts = new AccountFacts(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
            reader.GetInt32(7), new Dictionary<Guid, RunRow>());
        await reader.NextResultAsync();
        var runs = new Dictionary<Guid, RunRow>();
        while (await reader.ReadAsync())
        {
            runs[reader.GetGuid(0)] = new RunRow(
                reader.GetGuid(0), Enum.Parse<RunStatus>(reader.GetString(1)), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6), reader.GetBoolean(7));
        }
        return facts with { Runs = runs };

        NpgsqlBatchCommand Command(string text) => new(text) { Parameters = { new NpgsqlParameter<Guid>("account", accountId) } };
    }
}
