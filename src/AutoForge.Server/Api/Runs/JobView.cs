using AutoForge.Engine.Runs;

namespace AutoForge.Server.Api.Runs;

/// <summary>Something that happened to a job.</summary>
internal sealed record JobEvent(string Type, DateTimeOffset At);

/// <summary>A run as the queue sees it.</summary>
/// <param name="MaxAttempts">Claims without an end after which the run is given up; a rest (delay, retry) starts the count again.</param>
internal sealed record JobView(
    Guid Id, string Workflow, string Status, int AttemptCount, int MaxAttempts, IReadOnlyList<JobEvent> Events, RunFault? Fault)
{
    public static JobView From(RunView run, int maxAttempts)
    {
        var events = new List<JobEvent> { new("queued", run.AcceptedAt) };
        if (run.StartedAt is { } startedAt)
            events.Add(new JobEvent("started", startedAt));
        if (run.FinishedAt is { } finishedAt)
            events.Add(new JobEvent(run.Status.ToString().ToLowerInvariant(), finishedAt));
        return new JobView(run.Id, run.DefinitionId, StatusOf(run.Status), run.Attempts, maxAttempts, events, run.Fault);
    }

    private static string StatusOf(RunStatus status) => status switch
    {
        RunStatus.Queued or RunStatus.Waiting => "queued",
        RunStatus.Running => "running",
        RunStatus.Succeeded => "succeeded",
        _ => "failed",
    };
}
