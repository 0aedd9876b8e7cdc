using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>A version of a workflow as Studio reads and sends it. Studio drops what it does not know; nothing of that is lost.</summary>
internal sealed class DefinitionForm(ActivityCatalogue catalogue)
{
    // In a document of ours they are what is true now, whoever sends what.
    private static readonly string[] Facts =
        ["id", "definitionId", "version", "isLatest", "isPublished", "createdAt", "links", "isReadonly", "providerName", "materializerName", "materializerContext"];

    private static readonly string[] Lists = ["variables", "inputs", "outputs", "outcomes"];

    private static readonly string[] Objects = ["options", "customProperties"];

    private static readonly string[] Texts = ["description", "toolVersion"];

    private readonly NodeForm _nodes = new(catalogue);

    /// <summary>A version for Studio.</summary>
    /// <param name="workflow">The version.</param>
    /// <param name="isReadOnly">Whether Studio is to show it without changing it.</param>
    public JsonObject Show(WorkflowView workflow, bool isReadOnly = false)
    {
        var shown = (JsonObject)workflow.Document.DeepClone();
        shown.Remove("$schema");
        foreach (var name in Lists.Where(name => shown[name] is not JsonArray))
            shown[name] = new JsonArray();
        foreach (var name in Objects.Where(name => shown[name] is not JsonObject))
            shown[name] = new JsonObject();
        foreach (var name in Texts.Where(name => shown.Text(name) is null))
            shown.Remove(name);
        if (!Version.TryParse(shown.Text("toolVersion"), out _))
            shown.Remove("toolVersion");
        NamedItems.Show(shown["variables"]!.AsArray(), "id");
        NamedItems.Show(shown["inputs"]!.AsArray(), "name");
        NamedItems.Show(shown["outputs"]!.AsArray(), "name");

        shown["name"] = workflow.Name;
        shown["root"] = _nodes.Show((JsonObject)shown["root"]!);
        shown["createdAt"] = workflow.CreatedAt.UtcDateTime;
        shown["isReadonly"] = false;
        shown["materializerName"] = "Json";
        shown["links"] = isReadOnly ? [] : DefinitionLinks.Of(workflow.DefinitionId);
        return shown;
    }

    /// <summary>A file as a document. Files hold workflows as they are stored.</summary>
    public static JsonObject Import(JsonObject model) =>
        new(model.Where(property => property.Value is not null && !Facts.Contains(property.Key)).Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone())));

    /// <summary>What Studio sent as a document, on top of what is stored.</summary>
    /// <param name="model">As Studio sent it, or a file that Studio read.</param>
    /// <param name="stored">The version that it was made from; null for a new workflow.</param>
    public JsonObject Restore(JsonObject model, JsonObject? stored)
    {
        var document = (JsonObject?)stored?.DeepClone() ?? [];
        foreach (var (name, value) in model.Where(property => !Facts.Contains(property.Key)))
        {
            switch (name)
            {
                case "root" when value is JsonObject root:
                    document[name] = _nodes.Restore(root);
                    break;

                case "variables" or "inputs" or "outputs" when value is JsonArray items:
                    document[name] = NamedItems.Restore(items, stored?[name], name == "variables" ? "id" : "name");
                    break;

                case "options" when value is JsonObject options:
                    document[name] = NamedItems.Overlay(stored?[name] as JsonObject, options);
                    break;

                case "description" when value is null && stored.Text(name) is not null:
                    document.Remove(name);
                    break;

                default:
                    // Null stands for "not told".
                    if (value is not null)
                        document[name] = value.DeepClone();
                    break;
            }
        }
        return document;
    }
}
