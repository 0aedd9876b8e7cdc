using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Saves that are refused because they would harm a workflow.</summary>
internal static class DraftRules
{
    private static readonly string[] UnfitRoots = ["Elsa.Sequence", "Elsa.StateMachine"];

    /// <summary>New workflows are drawn as flowcharts. What came from elsewhere keeps its kind of root.</summary>
    /// <exception cref="InvalidInputException">Another kind of root was chosen.</exception>
    public static void CheckRoot(JsonObject model, JsonObject? stored)
    {
        if (model["root"].Text("type") is { } type && UnfitRoots.Contains(type) && stored?["root"].Text("type") != type)
            throw new InvalidInputException("root", "Workflows are drawn as flowcharts here: choose Flowchart.");
    }

    /// <summary>A window that was left open must not write over a version that began after it.</summary>
    /// <exception cref="InvalidInputException">The version that was edited is not the latest any more.</exception>
    public static void CheckVersion(JsonObject model, WorkflowView latest)
    {
        if (model.Text("id") is { Length: > 0 } id && id != latest.Id)
        {
            throw new InvalidInputException("version",
                $"This workflow was changed in another window: version {latest.Version} is the latest now. Nothing was overwritten. Reload the page to go on with it.");
        }
    }

    /// <summary>
    /// A canvas that failed to load looks empty, and the first step that is dropped on it would replace all others without
    /// anybody noticing.
    /// </summary>
    /// <exception cref="InvalidInputException">None of the steps that are stored is among those that were sent.</exception>
    public static void CheckSteps(JsonObject model, JsonObject stored)
    {
        var before = StepsOf(stored);
        var after = StepsOf(model);
        if (before.Count > 0 && after.Count > 0 && !before.Overlaps(after))
        {
            throw new InvalidInputException("root",
                "This would replace every step of the workflow, so it was not saved. Reload the page to see the steps. To begin anew, delete them first and save.");
        }
    }

    private static HashSet<string> StepsOf(JsonObject document) =>
        document["root"]?["activities"].Objects().Select(step => step.Text("id")).OfType<string>().ToHashSet() ?? [];
}
