using AutoForge.Engine.Runs;
using AutoForge.Engine.Triggers;

namespace AutoForge.Server.Workflows;

/// <summary>Something that came in for a workflow: it became a run, or it was refused.</summary>
/// <param name="Refused">Why it became no run; null for a run.</param>
/// <param name="Times">How many were refused in that minute; 1 for a run.</param>
internal sealed record RecentEvent(DateTimeOffset At, RunView? Run, string? Refused, int Times)
{
    /// <summary>The latest of both, newest first.</summary>
    public static async Task<IReadOnlyList<RecentEvent>> OfAsync(
        Guid accountId, string definitionId, int count, RunQueries runs, RefusalQueries refusals, CancellationToken cancellationToken)
    {
        var started = await runs.ListAsync(accountId, new RunFilter(WorkflowId: definitionId), before: null, count, cancellationToken);
        var refused = await refusals.ListAsync(accountId, definitionId, before: null, count, cancellationToken);
        return
        [
            .. started.Select(run => new RecentEvent(run.AcceptedAt, run, null, 1))
                .Concat(refused.Select(refusal => new RecentEvent(refusal.At, null, refusal.Reason, refusal.Times)))
                .OrderByDescending(happened => happened.At)
                .Take(count),
        ];
    }
}
