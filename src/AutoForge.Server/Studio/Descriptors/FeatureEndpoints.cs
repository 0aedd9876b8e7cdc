using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>Which optional parts of Studio are switched on.</summary>
internal static class FeatureEndpoints
{
    // Live updates, and nothing else: other features show buttons that lead nowhere here.
    private static readonly Feature[] Installed =
        [new("RealTimeWorkflowUpdates", "Elsa", "Elsa.RealTimeWorkflowUpdates", "Live updates", "Shows runs as they happen.")];

    public static void MapFeatures(this IEndpointRouteBuilder api) => api.MapGet("/features/installed", List);

    private static JsonHttpResult<StudioList<Feature>> List() => StudioJson.List(Installed);

    internal sealed record Feature(string Name, string Namespace, string FullName, string DisplayName, string Description);
}
