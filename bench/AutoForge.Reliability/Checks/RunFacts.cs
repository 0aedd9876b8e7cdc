using Npgsql;

namespace AutoForge.Reliability.Checks;

/// <summary>What the database says of a run.</summary>
internal sealed record RunFacts(
    Guid Id, Guid AccountId, string? DedupKey, string Status, int ChargedCents, string? FaultCode, int Attempts, string TriggerType)
{
    public bool IsOpen => Status is "Queued" or "Running" or "Waiting";
    public bool IsSuccess => Status == "Succeeded";

    public static async Task<Dictionary<Guid, RunFacts>> ReadAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, account_id, dedup_key, status, charged_cents, fault_code, attempts, trigger_type
            FROM runs
            """);
        var runs = new Dictionary<Guid, RunFacts>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var run = new RunFacts(
                reader.GetGuid(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3),
                reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetInt32(6), reader.GetString(7));
            runs.Add(run.Id, run);
        }
        return runs;
    }
}
