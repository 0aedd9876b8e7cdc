using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>A sender's key in its scope.</summary>
internal readonly record struct DedupKey(Guid AccountId, Guid TriggerId, string Key)
{
    public static DedupKey Of(AcceptRequest request) => new(request.AccountId, request.TriggerId, request.DedupKey!);
}

/// <summary>A trigger as it is when the run is accepted.</summary>
internal readonly record struct TriggerState(bool Enabled, int Version, RunPrice Price);

/// <summary>What is known when a group of requests is decided on, read in their transaction while their accounts are locked.</summary>
internal sealed class AcceptanceFacts
{
    private AcceptanceFacts(LockedAccounts accounts) => Accounts = accounts;

    public LockedAccounts Accounts { get; }
    public Dictionary<DedupKey, Guid> Known { get; } = [];
    public Dictionary<Guid, TriggerState> Triggers { get; } = [];
    public Allowances Allowances { get; private set; } = null!;
    public WorkflowCaps WorkflowCaps { get; private set; } = null!;
    public DateTimeOffset Now { get; private set; }

    /// <summary>For the batch in which the accounts have been locked: requests of one account come one after the other from there on.</summary>
    public static void AddReadsTo(NpgsqlBatch batch, IReadOnlyList<AcceptRequest> requests)
    {
        if (requests.Any(r => r.DedupKey is not null))
            batch.BatchCommands.Add(RunQueries.ByDedupKeyCommand([.. requests.Where(r => r.DedupKey is not null).Select(DedupKey.Of)]));
        batch.BatchCommands.Add(TriggerStore.StateCommand([.. requests.Where(r => r.TriggerId != Guid.Empty)]));
        batch.BatchCommands.Add(Allowances.ReadCommand(requests.Select(r => r.AccountId)));
        batch.BatchCommands.Add(WorkflowCaps.ReadCommand(requests.Select(r => (r.AccountId, r.WorkflowId)).ToHashSet()));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT clock_timestamp()"));
    }

    /// <summary>Reads the results of <see cref="AddReadsTo"/> for the same requests; the reader stands at the first.</summary>
    public static AcceptanceFacts Read(NpgsqlDataReader reader, IReadOnlyList<AcceptRequest> requests, LockedAccounts accounts)
    {
        var facts = new AcceptanceFacts(accounts);

        if (requests.Any(r => r.DedupKey is not null))
        {
            while (reader.Read())
                facts.Known[new DedupKey(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2))] = reader.GetGuid(3);
            reader.NextResult();
        }

        while (reader.Read())
            facts.Triggers[reader.GetGuid(0)] = new TriggerState(
                reader.GetBoolean(1), reader.GetInt32(2), new RunPrice(reader.GetInt32(3), reader.GetInt32(4)));

        reader.NextResult();
        facts.Allowances = Allowances.Read(reader);
        reader.NextResult();
        facts.WorkflowCaps = WorkflowCaps.Read(reader);

        reader.NextResult();
        reader.Read();
        facts.Now = reader.GetFieldValue<DateTimeOffset>(0);
        return facts;
    }
}
