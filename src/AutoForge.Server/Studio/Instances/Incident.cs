using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;

namespace AutoForge.Server.Studio.Instances;

/// <summary>What went wrong, for people: the fault's code and message. There is no stack trace; ours would say nothing to them.</summary>
internal sealed record FaultText(string Type, string Message)
{
    /// <summary>Read without asking whether it is there.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public static FaultText? Of(StepFault? fault) => fault is null ? null : new FaultText(fault.Code, fault.Message);
}

/// <summary>A failure that nothing on the canvas took.</summary>
internal sealed record Incident(
    string ActivityId, string ActivityNodeId, string? ActivityInstanceId, string ActivityType, string Message, FaultText Exception, DateTimeOffset Timestamp)
{
    /// <summary>Of a run that failed; any other has none.</summary>
    public static IReadOnlyList<Incident> Of(RunView run, IReadOnlyList<StepView> steps)
    {
        if (run.Fault is not { } fault)
            return [];
        var incidents = steps.Where(step => step.IsIncident()).Select(step => Of(run, step)).ToList();
        // No step is to blame: the run was given up, or finished without meeting its success condition.
        return incidents.Count > 0 && incidents.Any(incident => incident.ActivityId == fault.ActivityId)
            ? incidents
            : [.. incidents, OfWorkflow(run, fault, Nodes.RootOf(steps))];
    }

    private static Incident Of(RunView run, StepView step) => new(
        step.ActivityId, step.NodeId, ExecutionId.Of(run.Id, step.Seq), step.ActivityType, step.Fault!.Message, FaultText.Of(step.Fault)!,
        step.FinishedAt ?? step.StartedAt);

    private static Incident OfWorkflow(RunView run, RunFault fault, string root) => new(
        Nodes.ActivityOf(root), root, null, Nodes.Container, fault.Message, new FaultText(fault.Code, fault.Message),
        run.FinishedAt ?? run.UpdatedAt);
}
