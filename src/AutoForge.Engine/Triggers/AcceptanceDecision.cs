using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;

namespace AutoForge.Engine.Triggers;

/// <summary>A sender's key in its scope.</summary>
internal readonly record struct DedupKey(Guid AccountId, Guid TriggerId, string Key)
{
    public static DedupKey Of(AcceptRequest request) => new(request.AccountId, request.TriggerId, request.DedupKey!);
}

/// <summary>A trigger as it is when the run is accepted.</summary>
internal readonly record struct TriggerState(bool Enabled, int Version, int PriceCents);

/// <summary>A run that is not started for want of balance.</summary>
internal sealed record Refusal(AcceptRequest Request, DateTimeOffset Slot);

/// <summary>What to do with a group of requests, decided while their accounts are locked. No side effects but reservations.</summary>
internal sealed class AcceptanceDecision
{
    private readonly List<Acceptance> _results = [];
    private readonly List<AcceptedRun> _accepted = [];
    private readonly List<Refusal> _refused = [];

    public IReadOnlyList<Acceptance> Results => _results;
    public IReadOnlyList<AcceptedRun> Accepted => _accepted;
    public IReadOnlyList<Refusal> Refused => _refused;
    public bool HasWrites => _accepted.Count > 0 || _refused.Count > 0;

    public static AcceptanceDecision Make(
        IReadOnlyList<AcceptRequest> requests,
        LockedAccounts accounts,
        Dictionary<DedupKey, Guid> known,
        Dictionary<Guid, TriggerState> triggers,
        DateTimeOffset now,
        Func<bool> tryReserve)
    {
        var decision = new AcceptanceDecision();
        foreach (var request in requests)
            decision._results.Add(decision.Decide(request, accounts, known, triggers, now, tryReserve));
        return decision;
    }

    private Acceptance Decide(
        AcceptRequest request,
        LockedAccounts accounts,
        Dictionary<DedupKey, Guid> known,
        Dictionary<Guid, TriggerState> triggers,
        DateTimeOffset now,
        Func<bool> tryReserve)
    {
        if (request.DedupKey is not null && known.TryGetValue(DedupKey.Of(request), out var earlier))
            return new Acceptance(AcceptOutcome.Duplicate, earlier, request.PriceCents);

        if (request.TriggerId != Guid.Empty)
        {
            if (!triggers.TryGetValue(request.TriggerId, out var trigger) || !trigger.Enabled)
                return new Acceptance(AcceptOutcome.SwitchedOff, Guid.Empty, 0);
            // The caller may have seen the trigger before the last publish.
            request = request with { Version = trigger.Version, PriceCents = trigger.PriceCents };
        }

        var runId = Ids.NewId();
        var hold = new Movement(request.AccountId, EntryType.Hold, request.PriceCents, runId, "run", $"Reserved for {request.WorkflowName}");
        if (!accounts.TryMove(hold))
        {
            // An account that has been deleted meanwhile has nobody to show a refusal to.
            if (accounts.Contains(request.AccountId))
                _refused.Add(new Refusal(request, request.DueAt ?? MinuteOf(now)));
            return new Acceptance(AcceptOutcome.NoBalance, Guid.Empty, request.PriceCents);
        }

        _accepted.Add(new AcceptedRun(runId, request, now, tryReserve()));
        if (request.DedupKey is not null)
            known[DedupKey.Of(request)] = runId;
        return new Acceptance(AcceptOutcome.Accepted, runId, request.PriceCents);
    }

    // A caller without balance who keeps calling costs one row a minute.
    private static DateTimeOffset MinuteOf(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute, time.Offset);
}
