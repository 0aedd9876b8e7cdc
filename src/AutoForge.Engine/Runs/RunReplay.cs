using AutoForge.Engine.Steps;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>Where a replay begins.</summary>
public enum ReplayFrom
{
    /// <summary>Every step runs again.</summary>
    Start,

    /// <summary>Steps that succeeded keep their results; the failed one and what follows run.</summary>
    Failed,
}

/// <param name="RunsAgain">False: its stored result is used.</param>
/// <param name="RepeatsEffect">It reached the outside world before and would do so again, with the same idempotency key.</param>
public sealed record ReplayStep(string ActivityId, string ActivityType, string? Name, string Status, bool RunsAgain, bool RepeatsEffect);

/// <summary>What a replay would do and cost.</summary>
/// <param name="PriceCents">US cents, reserved again and charged if the replay succeeds.</param>
public sealed record ReplayPreview(Guid RunId, string From, int PriceCents, IReadOnlyList<ReplayStep> Steps);

/// <summary>Starts a run again with the same input and the same version.</summary>
public sealed class RunReplay
{
    private readonly RunStore _runs;
    private readonly StepStore _steps;
    private readonly WorkflowVersions _versions;
    private readonly ActivityCatalogue _catalogue;
    private readonly RunAcceptance _acceptance;

    internal RunReplay(RunStore runs, StepStore steps, WorkflowVersions versions, ActivityCatalogue catalogue, RunAcceptance acceptance)
    {
        _runs = runs;
        _steps = steps;
        _versions = versions;
        _catalogue = catalogue;
        _acceptance = acceptance;
    }

    /// <summary>Null when the account has no such run.</summary>
    /// <exception cref="AutoForgeException"><c>run_not_terminal</c>, <c>run_not_failed</c>.</exception>
    public async Task<ReplayPreview?> PreviewAsync(Guid accountId, Guid runId, ReplayFrom from, CancellationToken cancellationToken)
    {
        if (await LoadAsync(accountId, runId, from, cancellationToken) is not { } run)
            return null;
        var steps = await _steps.LoadAsync(accountId, runId, cancellationToken);
        return new ReplayPreview(runId, from.ToString().ToLowerInvariant(), run.PriceCents,
        [
            .. steps.Select(s => new ReplayStep(
                s.ActivityId, s.ActivityType, s.Name, s.Status.ToString(),
                RunsAgain: from == ReplayFrom.Start || !HasResult(s),
                RepeatsEffect: (from == ReplayFrom.Start || !HasResult(s)) && _catalogue.Find(s.ActivityType)?.HasEffect == true)),
        ]);
    }

    /// <summary>Null when the account has no such run; otherwise what acceptance says: a replay is a run of its own, with its own hold.</summary>
    /// <param name="idempotencyKey">The same key for the same run gives the same replay.</param>
    /// <exception cref="AutoForgeException"><c>run_not_terminal</c>, <c>run_not_failed</c>.</exception>
    public async Task<Acceptance?> ReplayAsync(
        Guid accountId, Guid runId, ReplayFrom from, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        if (await LoadAsync(accountId, runId, from, cancellationToken) is not { } run)
            return null;
        var workflow = await _versions.GetAsync(accountId, run.WorkflowId, run.Version, cancellationToken);
        return await _acceptance.AcceptAsync(
            new AcceptRequest
            {
                AccountId = accountId,
                WorkflowId = run.WorkflowId,
                WorkflowName = workflow.Name,
                TriggerId = Guid.Empty,
                TriggerType = run.TriggerType,
                TriggerActivityId = run.TriggerActivityId,
                Version = run.Version,
                PriceCents = run.PriceCents,
                PriceList = run.PriceList,
                Payload = run.Payload,
                // The blank keeps it apart from manual starts, whose keys begin with a workflow's id.
                DedupKey = idempotencyKey is null ? null : $"replay {runId}/{idempotencyKey}",
                CorrelationId = run.CorrelationId,
                Depth = run.Depth,
                ReplayOf = runId,
                OriginRunId = run.OriginRunId,
                SeedSteps = from == ReplayFrom.Failed ? await SeedAsync(accountId, runId, cancellationToken) : [],
            },
            cancellationToken);
    }

    private async Task<StoredRun?> LoadAsync(Guid accountId, Guid runId, ReplayFrom from, CancellationToken cancellationToken)
    {
        var run = await _runs.LoadAsync(accountId, runId, cancellationToken);
        if (run is { IsTerminal: false })
            throw new AutoForgeException("run_not_terminal", "The run has not ended yet; cancel it first or wait for its end.");
        if (run is not null && from == ReplayFrom.Failed && run.Status == RunStatus.Succeeded)
            throw new AutoForgeException("run_not_failed", "The run succeeded; it can only be replayed from the start.");
        return run;
    }

    // Numbered anew, so that the journal of the replay is gapless; a step is found again by node and visit.
    private async Task<IReadOnlyList<StepRecord>> SeedAsync(Guid accountId, Guid runId, CancellationToken cancellationToken) =>
    [
        .. (await _steps.LoadAsync(accountId, runId, cancellationToken)).Where(IsKept).Select((s, i) => new StepRecord
        {
            Seq = i + 1,
            NodeId = s.NodeId,
            Visit = s.Visit,
            ActivityId = s.ActivityId,
            ActivityType = s.ActivityType,
            Name = s.Name,
            Status = s.Status,
            Attempt = s.Attempt,
            Wave = s.Wave,
            Outcomes = s.Outcomes,
            Input = s.Input,
            Output = s.Output,
            Fault = s.Fault,
            ResumeAt = s.ResumeAt,
            StartedAt = s.StartedAt,
            FinishedAt = s.FinishedAt,
        }),
    ];

    // A failure that the canvas caught has an outcome and is a result like any other.
    private static bool HasResult(StepRecord step) =>
        step.Status == StepStatus.Completed || (step.Status == StepStatus.Failed && step.Outcomes is { Count: > 0 });

    // A step that waited when its run ended waits on; one that the canvas cancelled stays so.
    private static bool IsKept(StepRecord step) => HasResult(step) || step.Status == StepStatus.Cancelled;
}
