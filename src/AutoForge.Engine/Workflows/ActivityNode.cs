using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

/// <summary>A node of a workflow's document, before anything is made of it.</summary>
/// <param name="Json">The node itself; changing it changes the document.</param>
/// <param name="Descriptor">Its type; null when this server does not have it.</param>
/// <param name="Id">Its id, or the one that it gets for want of one.</param>
/// <param name="NodeId">Path of ids from the root; unique in the workflow.</param>
/// <param name="Parent">The node that it is in; null for the root.</param>
public sealed record ActivityNode(JsonObject Json, ActivityDescriptor? Descriptor, string Id, string NodeId, ActivityNode? Parent);
