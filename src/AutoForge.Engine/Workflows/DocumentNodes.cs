using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

/// <summary>Walks over the nodes of a document as the compiler does: parents before children, in the order of the class.</summary>
public static class DocumentNodes
{
    /// <summary>The root and everything inside. What is inside of a node of unknown type is part of that node.</summary>
    public static IReadOnlyList<ActivityNode> Read(ActivityCatalogue catalogue, JsonObject root)
    {
        var nodes = new List<ActivityNode>();
        Add(nodes, new NodePaths(), catalogue, root, parent: null);
        return nodes;
    }

    private static void Add(List<ActivityNode> nodes, NodePaths paths, ActivityCatalogue catalogue, JsonObject json, ActivityNode? parent)
    {
        var descriptor = catalogue.Find(json.Text("type") ?? "");
        var (id, nodeId) = paths.Add(json.Text("id"), parent?.NodeId);
        var node = new ActivityNode(json, descriptor, id, nodeId, parent);
        nodes.Add(node);
        foreach (var child in (descriptor?.Properties ?? []).SelectMany(property => ChildrenIn(property, json[property.Name])))
            Add(nodes, paths, catalogue, child, node);
    }

    private static IEnumerable<JsonObject> ChildrenIn(ActivityProperty property, JsonNode? value) => property.Kind switch
    {
        PropertyKind.Child when value is JsonObject child => [child],
        PropertyKind.Children when value is JsonArray children => children.OfType<JsonObject>(),
        PropertyKind.Holders when value is JsonArray holders =>
            from holder in holders.OfType<JsonObject>()
            from port in property.ItemChildren
            let child = holder[Words.CamelCase(port.Name)] as JsonObject
            where child is not null
            select child,
        _ => [],
    };
}
