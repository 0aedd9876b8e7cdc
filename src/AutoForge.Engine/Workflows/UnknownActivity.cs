using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Workflows;

/// <summary>Stands for a node whose type this server does not have. The workflow loads; the node faults when a run gets there.</summary>
internal sealed class UnknownActivity(JsonObject node) : Activity
{
    /// <summary>The node as it stands in the document.</summary>
    public JsonObject Node { get; } = node;

    protected internal override ValueTask ExecuteAsync(ActivityContext context) =>
        // Elsa names version 0 whatever the node asks for, since no version of the type is known.
        throw new FaultException("activity_unknown", $"Activity type '{Type}' version '0' could not be found.");
}
