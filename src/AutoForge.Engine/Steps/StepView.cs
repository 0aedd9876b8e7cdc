using System.Text.Json.Nodes;

namespace AutoForge.Engine.Steps;

/// <summary>Why a step failed, for people and programs.</summary>
public sealed record StepFault(string Code, string Message);

/// <summary>A step as the owner of its run sees it; secrets are masked.</summary>
/// <param name="NodeId">Path of ids from the root of the workflow.</param>
/// <param name="Outcome">How it left, several joined by a comma; a failure that has one was taken by the canvas.</param>
public sealed record StepView(
    int Seq, string NodeId, string ActivityId, string ActivityType, string? Name, string Status, int Attempt, string? Outcome,
    JsonObject? Input, JsonObject? Output, StepFault? Fault, DateTimeOffset? ResumeAt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    internal static StepView From(StepRecord step) => new(
        step.Seq, step.NodeId, step.ActivityId, step.ActivityType, step.Name, step.Status.ToString(), step.Attempt,
        step.Outcomes is null ? null : string.Join(", ", step.Outcomes),
        step.Input, step.Output, step.Fault is { } fault ? new StepFault(fault.Code, fault.Message) : null,
        step.ResumeAt, step.StartedAt, step.FinishedAt);
}
