using System.Text.Json.Nodes;

namespace AutoForge.Engine.Workflows;

/// <summary>The stored JSON of a workflow version: what was sent, plus the few properties that the server decides.</summary>
internal static class WorkflowDocument
{
    public const string Schema = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";
    private const int MaxNameLength = 200;

    /// <summary>Checks the outline and returns the name.</summary>
    public static string NameOf(JsonObject document)
    {
        var name = (document["name"] as JsonValue)?.TryGetValue<string>(out var text) == true ? text.Trim() : "";
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
            throw new AutoForgeException("workflow_name", $"'name' must be text of 1 to {MaxNameLength} characters.");
        if (document["root"] is not JsonObject root || root["type"] is not JsonValue)
            throw new AutoForgeException("workflow_root", "'root' must be an activity with a 'type', usually an Elsa.Flowchart.");
        return name;
    }

    /// <summary>The caller's own id for a new workflow, or a new one.</summary>
    public static string DefinitionIdOf(JsonObject document)
    {
        if ((document["definitionId"] as JsonValue)?.TryGetValue<string>(out var id) != true || string.IsNullOrEmpty(id))
            return Ids.NewText();
        if (id.Length > 200 || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':')))
            throw new AutoForgeException("workflow_id", "'definitionId' may hold up to 200 letters, digits and - _ . :");
        return id;
    }

    /// <summary>A copy with the ids and flags of a version.</summary>
    public static JsonObject Stamp(JsonObject document, WorkflowView version) =>
        Stamp(document, version.DefinitionId, version.Id, version.Version, version.IsLatest, version.IsPublished);

    /// <summary>A copy with ids and flags set to what is true now.</summary>
    public static JsonObject Stamp(JsonObject document, string definitionId, string id, int version, bool isLatest, bool isPublished)
    {
        var copy = document.DeepClone().AsObject();
        copy["$schema"] ??= Schema;
        copy["id"] = id;
        copy["definitionId"] = definitionId;
        copy["version"] = version;
        copy["isLatest"] = isLatest;
        copy["isPublished"] = isPublished;
        return copy;
    }
}
