using System.Text.Json.Serialization;

namespace AutoForge.Activities.Flow;

/// <summary>A line on the canvas, from a way out of one activity to another.</summary>
/// <param name="Source">Id of the activity that it leaves.</param>
/// <param name="Port">The outcome that it follows.</param>
/// <param name="Target">Id of the activity that it leads to.</param>
public sealed record FlowConnection(string Source, string Port, string Target);

/// <summary>The lines of a flowchart, in any of the shapes that Elsa has ever written.</summary>
[JsonConverter(typeof(FlowConnectionsConverter))]
public sealed class FlowConnections : List<FlowConnection>;
