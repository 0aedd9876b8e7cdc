using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;

namespace AutoForge.Server.Runs;

/// <summary>A run with its steps in order.</summary>
public sealed record RunDetails(RunView Run, string WorkflowName, IReadOnlyList<StepView> Steps)
{
    /// <summary>The name of the step that made the run fail; null = none did, or it has no name.</summary>
    public string? FailedStep => Run.Fault?.ActivityId is { } activity ? Steps.LastOrDefault(step => step.ActivityId == activity)?.Name : null;
}
