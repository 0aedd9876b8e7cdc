namespace AutoForge.Client;

/// <summary>Runs that were not started, so that a schedule without balance does not fail in silence.</summary>
/// <param name="WorkflowId">The workflow's definition id.</param>
/// <param name="TriggerId">The trigger; null for starts by hand and replays.</param>
/// <param name="Reason">Stable; <c>balance</c>: it did not cover the price.</param>
/// <param name="At">A schedule's due time; for calls the minute.</param>
/// <param name="Times">How often in that minute.</param>
public sealed record Refusal(string WorkflowId, Guid? TriggerId, string Reason, DateTimeOffset At, int Times);
