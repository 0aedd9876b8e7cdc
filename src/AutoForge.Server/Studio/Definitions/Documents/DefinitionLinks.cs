using System.Text.Json.Nodes;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>What may be done with a workflow, or with all of them: without the right link Studio shows it for reading only.</summary>
internal static class DefinitionLinks
{
    private const string Path = "/workflow-definitions";

    public static JsonArray Of(string definitionId) =>
    [
        Link($"{Path}/by-definition-id/{definitionId}", "self", "GET"),
        Link($"{Path}/{definitionId}/publish", "publish", "POST"),
        Link($"{Path}/{definitionId}/retract", "retract", "POST"),
        Link($"{Path}/{definitionId}", "delete", "DELETE"),
    ];

    public static JsonArray OfAll() => [Link("/bulk-actions/publish/workflow-definitions/by-definition-ids", "bulk-publish", "POST")];

    private static JsonObject Link(string href, string rel, string method) => new() { ["href"] = href, ["rel"] = rel, ["method"] = method };
}
