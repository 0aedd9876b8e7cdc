using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>A run in a list.</summary>
/// <param name="WorkflowName">What the workflow is called today.</param>
public sealed record RunRow(RunView Run, string WorkflowName);
