using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>The nodes of a workflow as Studio needs them, and back.</summary>
internal sealed class NodeForm(ActivityCatalogue catalogue)
{
    // Studio looks for the exact version of a type, and there is only one of each here.
    private const int OnlyVersion = 1;
    private const string KeptVersion = "storedVersion";

    /// <summary>A copy for Studio: every node with a path, a version and a type that Studio has been told of.</summary>
    public JsonObject Show(JsonObject root)
    {
        var copy = (JsonObject)root.DeepClone();
        var holder = new JsonArray(copy);
        // Children first: a stand-in takes its node's place, and what is inside of the node is not looked at.
        foreach (var node in DocumentNodes.Read(catalogue, copy).Reverse())
            ShowNode(node);
        return (JsonObject)Detach(holder);
    }

    /// <summary>A copy for the document, with what Studio replaced or left out put back.</summary>
    public JsonObject Restore(JsonObject root)
    {
        var copy = (JsonObject)root.DeepClone();
        var holder = new JsonArray(copy);
        foreach (var node in DocumentNodes.Read(catalogue, copy).Reverse())
            RestoreNode(node);
        var restored = (JsonObject)Detach(holder);
        foreach (var node in DocumentNodes.Read(catalogue, restored).Where(node => node.Descriptor is not null || node.Json.ContainsKey("nodeId")))
            node.Json["nodeId"] = node.NodeId;
        return restored;
    }

    private static void ShowNode(ActivityNode node)
    {
        var json = node.Json;
        json["id"] = node.Id;
        if (node.Descriptor is not { } descriptor)
        {
            json = UnknownNode.Show(json, Lines.WaysOutOf(node.Parent is null ? null : Lines.Show(node.Parent.Json["connections"]), node.Id));
            node.Json.ReplaceWith(json);
        }
        else
        {
            ShowVersion(json);
            ShowContents(json, descriptor);
        }

        json["nodeId"] = node.NodeId;
        foreach (var name in new[] { "metadata", "customProperties" })
        {
            if (json[name] is not JsonObject)
                json.Remove(name);
        }
    }

    private static void ShowVersion(JsonObject json)
    {
        if (json["version"] is { } version && version.ToJsonString() != "1")
            json[KeptVersion] = version.DeepClone();
        json["version"] = OnlyVersion;
    }

    private static void ShowContents(JsonObject json, ActivityDescriptor descriptor)
    {
        foreach (var input in descriptor.Inputs)
        {
            if (json[input.Name] is not { } value)
                json.Remove(input.Name);
            else if (input.IsWrapped)
                json[input.Name] = new ExpressionForm(descriptor, input).Show(value);
        }

        if (descriptor.TypeName != StudioWords.Flowchart)
            return;
        if (json["activities"] is not JsonArray)
            json["activities"] = new JsonArray();
        json["activities"]!.AsArray().RemoveAll(child => child is not JsonObject);
        json["connections"] = Lines.Show(json["connections"]);
        CanvasLayout.Place(json["activities"]!.AsArray(), json["connections"]!.AsArray());
    }

    private static void RestoreNode(ActivityNode node)
    {
        if (node.Descriptor is not { } descriptor)
        {
            if (UnknownNode.Restore(node.Json) is { } original)
                node.Json.ReplaceWith(original);
            return;
        }

        foreach (var input in descriptor.Inputs.Where(input => input.IsWrapped))
        {
            if (node.Json[input.Name] is not { } value)
                continue;
            if (new ExpressionForm(descriptor, input).Restore(value) is { } restored)
                node.Json[input.Name] = restored;
            else
                node.Json.Remove(input.Name);
        }

        if (node.Json[KeptVersion] is { } version)
        {
            node.Json["version"] = version.DeepClone();
            node.Json.Remove(KeptVersion);
        }
    }

    private static JsonNode Detach(JsonArray holder)
    {
        var node = holder[0]!;
        holder.RemoveAt(0);
        return node;
    }
}
