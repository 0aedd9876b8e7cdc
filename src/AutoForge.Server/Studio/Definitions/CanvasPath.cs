using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Studio.Descriptors;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>The way from the outermost canvas to a step inside of others, which Studio goes to show the step.</summary>
/// <param name="ChildNode">The step.</param>
/// <param name="Container">The innermost step around it that has a canvas of its own inside.</param>
/// <param name="PathSegments">The places to enter, from the outside in.</param>
internal sealed record CanvasPath(CanvasPath.Node ChildNode, CanvasPath.Node Container, IReadOnlyList<CanvasPath.Segment> PathSegments)
{
    /// <param name="catalogue">The types.</param>
    /// <param name="root">As shown to Studio.</param>
    /// <param name="nodeId">The step; null = the root.</param>
    /// <returns>Null when there is no such step.</returns>
    public static CanvasPath? Find(ActivityCatalogue catalogue, JsonObject root, string? nodeId)
    {
        var nodes = DocumentNodes.Read(catalogue, root);
        if (nodes.FirstOrDefault(node => nodeId is null || node.NodeId == nodeId) is not { } child)
            return null;

        var segments = new List<Segment>();
        ActivityNode? container = null;
        for (var node = child; node.Parent is { } around; node = around)
        {
            if (PortOf(around, node) is not { } port)
                continue;
            container ??= around;
            segments.Insert(0, new(around.NodeId, around.Id, around.Json["type"]!.GetValue<string>(), FieldName.Of(port)));
        }
        return new(Node.Of(child), Node.Of(container ?? nodes[0]), segments);
    }

    /// <summary>A step with everything inside of it. Null when there is no such step.</summary>
    public static Node? Subgraph(ActivityCatalogue catalogue, JsonObject root, string? nodeId) =>
        DocumentNodes.Read(catalogue, root).FirstOrDefault(node => nodeId is null || node.NodeId == nodeId) is { } found ? Node.Of(found) : null;

    private static string? PortOf(ActivityNode around, ActivityNode node) =>
        around.Descriptor?.Ports.FirstOrDefault(port => ReferenceEquals(around.Json[port], node.Json));

    internal sealed record Segment(string ActivityNodeId, string ActivityId, string ActivityType, string PortName);

    internal sealed record Node(JsonNode Activity, string NodeId)
    {
        public IReadOnlyList<Node> Parents { get; } = [];
        public IReadOnlyList<Node> Children { get; } = [];

        public static Node Of(ActivityNode node) => new(node.Json.DeepClone(), node.NodeId);
    }
}
