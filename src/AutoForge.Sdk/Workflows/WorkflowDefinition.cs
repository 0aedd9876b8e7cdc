using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Workflows;

/// <summary>A workflow as Elsa 3 JSON. It wraps the document itself: what this class does not know stays as it is.</summary>
/// <param name="document">Wrapped, not copied.</param>
public sealed class WorkflowDefinition(JsonObject document)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default) { WriteIndented = true };

    /// <summary>The whole document; changes to it are changes to this workflow.</summary>
    public JsonObject Document { get; } = document ?? throw new ArgumentNullException(nameof(document));

    /// <summary>Identity through all versions; null = the server makes one.</summary>
    public string? DefinitionId
    {
        get => Text("definitionId");
        set => Document["definitionId"] = value;
    }

    /// <summary>For people: 1 to 200 characters; empty when the document has none.</summary>
    public string Name
    {
        get => Text("name") ?? "";
        set => Document["name"] = value;
    }

    /// <summary>For people; null when there is none.</summary>
    public string? Description
    {
        get => Text("description");
        set => Document["description"] = value;
    }

    /// <summary>The root activity, usually an <c>Elsa.Flowchart</c>; null when the document has none.</summary>
    public JsonObject? Root => Document["root"] as JsonObject;

    /// <summary>Reads a file that this class, the server or another designer wrote.</summary>
    /// <exception cref="JsonException">This is not JSON, or not a JSON object.</exception>
    public static WorkflowDefinition Parse(string json) =>
        new(JsonNode.Parse(json) as JsonObject ?? throw new JsonException("A workflow is a JSON object."));

    /// <summary>The document as indented JSON, for files.</summary>
    public string ToJson() => Document.ToJsonString(Indented);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private string? Text(string property) => Document[property] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
