using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Says what must be mended before publishing, and at which step, in the words of the canvas.</summary>
internal sealed class PublishingProblems(ActivityCatalogue catalogue)
{
    public InvalidInputException Of(JsonObject document, WorkflowInvalidException invalid)
    {
        var nodes = DocumentNodes.Read(catalogue, (JsonObject)document["root"]!);
        return new([.. invalid.Problems.Select(problem => new FieldError(
            $"{problem.ActivityId}.{problem.Field}".Trim('.'), Message(nodes, problem), problem.ActivityId))]);
    }

    private static string Message(IReadOnlyList<ActivityNode> nodes, WorkflowProblem problem) =>
        nodes.FirstOrDefault(node => node.Id == problem.ActivityId) is { } node ? $"{NameOf(nodes, node)}: {problem.Message}" : problem.Message;

    // By its kind, as the canvas shows it; by its name too where there are several of the kind.
    private static string NameOf(IReadOnlyList<ActivityNode> nodes, ActivityNode node)
    {
        if (node.Json["metadata"].Text("displayText") is { Length: > 0 } text)
            return text;

        var type = node.Json.Text("type");
        var kind = node.Descriptor?.DisplayName ?? type ?? node.Id;
        var name = node.Json.Text("name") ?? node.Id;
        return nodes.Count(other => other.Json.Text("type") == type) > 1 ? $"{kind} ({name})" : kind;
    }
}
