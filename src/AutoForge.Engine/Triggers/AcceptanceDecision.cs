using AutoForge.Engine.Ledger;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using Npgsql;

namespace AutoForge.Engine.Triggers;

/// <summary>A run that is not started, and why (<see cref="RefusalReason"/>).</summary>
internal sealed record Refusal(AcceptRequest Request, DateTimeOffset Slot, string Reason);

/// <summary>What to do with a group of requests, decided while their accounts are locked. No side effects but reservations.</summary>
internal sealed class AcceptanceDecision
{
    private readonly AcceptanceFacts _facts;
    private readonly Func<bool> _tryReserve;
    private readonly int _defaultPlaces;
    private readonly List<Acceptance> _results = [];
    private readonly List<AcceptedRun> _accepted = [];
    private readonly List<Refusal> _refused = [];
    private readonly List<Notice> _notices = [];

    private AcceptanceDecision(AcceptanceFacts facts, Func<bool> tryReserve, int defaultPlaces)
    {
        _facts = facts;
        _tryReserve = tryReserve;
        _defaultPlaces = defaultPlaces;
    }

    public IReadOnlyList<Acceptance> Results => _results;
    public IReadOnlyList<AcceptedRun> Accepted => _accepted;
    public IReadOnlyList<Refusal> Refused => _refused;

    /// <param name="tryReserve">Takes room on this node for a run, if there is some.</param>
    /// <param name="defaultPlaces">Places of an account whose plan does not say.</param>
    public static AcceptanceDecision Make(
        IReadOnlyList<AcceptRequest> requests, AcceptanceFacts facts, Func<bool> tryReserve, int defaultPlaces)
    {
        var decision = new AcceptanceDecision(facts, tryReserve, defaultPlaces);
        foreach (var request in requests)
            decision._results.Add(decision.Decide(request));
        return decision;
    }

    /// <summary>Adds what counts towards caps, refusals and notices. The accounts' owner adds the money.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_refused.Count > 0)
            TriggerStore.AddRefusalsTo(batch, _refused);
        NoticeStore.AddTo(batch, _notices);
        _facts.WorkflowCaps.AddTo(batch);
    }

    private Acceptance Decide(AcceptRequest request)
    {
        if (request.DedupKey is not null && _facts.Known.TryGetValue(DedupKey.Of(request), out var earlier))
            return new Acceptance(AcceptOutcome.Duplicate, earlier, request.PriceCents);

        if (request.TriggerId != Guid.Empty)
        {
            if (!_facts.Triggers.TryGetValue(request.TriggerId, out var trigger) || !trigger.Enabled)
                return new Acceptance(AcceptOutcome.SwitchedOff, Guid.Empty, 0);
            // The caller may have seen the trigger before the last publish.
            request = request with { Version = trigger.Version, PriceCents = trigger.Price.Cents, PriceList = trigger.Price.List };
        }

        // A replay costs what the run cost, which was discounted when that was accepted.
        var plan = _facts.Allowances.Of(request.AccountId).Plan;
        if (request.ReplayOf is null)
            request = request with { PriceCents = plan.Discounted(request.PriceCents, PriceList.LeastCents) };

        var start = request.HeadStart?.IsTrue(request.Version, _facts.Now) == true ? request.HeadStart : null;
        var (runId, acceptedAt) = start is null ? (Ids.NewId(), _facts.Now) : (start.RunId, start.AcceptedAt);
        if ((ForbiddenBy(request) ?? Hold(request, runId, acceptedAt)) is { } reason)
            return Refuse(request, reason);

        var hasPlace = _facts.Accounts.TakePlace(request.AccountId, _defaultPlaces);
        var isKept = hasPlace && _tryReserve();
        _accepted.Add(new AcceptedRun(runId, request, acceptedAt, hasPlace, isKept) { HeadStart = isKept ? start : null });
        if (request.DedupKey is not null)
            _facts.Known[DedupKey.Of(request)] = runId;
        return new Acceptance(AcceptOutcome.Accepted, runId, request.PriceCents);
    }

    /// <summary>The plan's quota and the owner's caps, with the runs of this very group counted.</summary>
    private string? ForbiddenBy(AcceptRequest request)
    {
        var (plan, caps) = _facts.Allowances.Of(request.AccountId);
        var spending = _facts.Accounts.SpendingOf(request.AccountId, _facts.Now);
        if (spending.DayRuns >= plan.RunsPerDay)
            return RefusalReason.RunsPerDay;
        if (request.PriceCents > caps.RunCents)
            return RefusalReason.RunCap;
        if (spending.MonthCents + request.PriceCents > caps.MonthCents)
            return RefusalReason.MonthCap;
        return _facts.WorkflowCaps.With(request.AccountId, request.WorkflowId, request.PriceCents, _facts.Now) is { } cap
            && cap.AfterCents > cap.CapCents
                ? RefusalReason.WorkflowCap
                : null;
    }

    private string? Hold(AcceptRequest request, Guid runId, DateTimeOffset acceptedAt)
    {
        var (account, price, accounts) = (request.AccountId, request.PriceCents, _facts.Accounts);
        var before = (Available: accounts.AvailableCents(account), Month: accounts.SpendingOf(account, _facts.Now).MonthCents);
        var hold = new Movement(account, EntryType.Hold, price, runId, "run", $"Reserved for {request.WorkflowName}") { RunAcceptedAt = acceptedAt };
        if (!accounts.TryMove(hold))
            return RefusalReason.Balance;

        var workflow = _facts.WorkflowCaps.With(account, request.WorkflowId, price, _facts.Now);
        _facts.WorkflowCaps.Add(account, request.WorkflowId, price, _facts.Now);

        var caps = _facts.Allowances.Of(account).Caps;
        if (before.Available >= caps.LowBalanceCents && before.Available - price < caps.LowBalanceCents)
            _notices.Add(Notice.OfLowBalance(account));
        if (caps.MonthCents is { } cap && IsPassed(before.Month, price, cap))
            _notices.Add(Notice.OfCap(account, NoticeKind.CapNear, Spending.MonthOf(_facts.Now), workflowId: null));
        if (workflow is { } w && IsPassed(w.AfterCents - price, price, w.CapCents))
            _notices.Add(Notice.OfCap(account, NoticeKind.CapNear, Spending.MonthOf(_facts.Now), request.WorkflowId));
        return null;
    }

    private Acceptance Refuse(AcceptRequest request, string reason)
    {
        // An account that has been deleted meanwhile has nobody to show a refusal to.
        if (_facts.Accounts.Contains(request.AccountId))
            _refused.Add(new Refusal(request, request.DueAt ?? MinuteOf(_facts.Now), reason));
        if (reason is RefusalReason.MonthCap or RefusalReason.WorkflowCap)
        {
            _notices.Add(Notice.OfCap(
                request.AccountId, NoticeKind.CapReached, Spending.MonthOf(_facts.Now), reason == RefusalReason.WorkflowCap ? request.WorkflowId : null));
        }
        var outcome = reason switch
        {
            RefusalReason.Balance => AcceptOutcome.NoBalance,
            RefusalReason.RunsPerDay => AcceptOutcome.OverQuota,
            _ => AcceptOutcome.OverCap,
        };
        return new Acceptance(outcome, Guid.Empty, request.PriceCents, reason);
    }

    /// <summary>Whether the run takes the spending over 80% of the cap.</summary>
    private static bool IsPassed(long beforeCents, long priceCents, long capCents) =>
        beforeCents * 5 < capCents * 4 && (beforeCents + priceCents) * 5 >= capCents * 4;

    // A caller who keeps calling in vain costs one row a minute.
    private static DateTimeOffset MinuteOf(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute, time.Offset);
}
