using AutoForge.Engine.Steps;

namespace AutoForge.Server.Studio.Instances;

/// <summary>What can be told from the paths of steps about what they are in.</summary>
internal static class Nodes
{
    /// <summary>The type of what holds steps and is none itself.</summary>
    public const string Container = "Elsa.Flowchart";

    private const string Workflow = "Workflow1";

    /// <summary>The node of the workflow's root; the workflow itself when no step says more.</summary>
    public static string RootOf(IReadOnlyList<StepView> steps)
    {
        if (steps is not [{ NodeId: var path }, ..])
            return Workflow;
        var first = path.IndexOf(':', StringComparison.Ordinal);
        var second = first < 0 ? -1 : path.IndexOf(':', first + 1);
        return second < 0 ? path : path[..second];
    }

    public static string ActivityOf(string node) => node[(node.LastIndexOf(':') + 1)..];

    public static bool IsIn(string node, string container) =>
        node.Length > container.Length && node[container.Length] == ':' && node.StartsWith(container, StringComparison.Ordinal);

    extension(StepView step)
    {
        /// <summary>It failed, and the canvas did not go on from there.</summary>
        public bool IsIncident() => step is { Status: "Failed", Outcome: null } or { Status: "Uncertain" };
    }
}
