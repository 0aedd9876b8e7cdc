using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Workflows;

/// <summary>The catalogue of activities.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivities(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/activities", List).WithTags("Workflows").WithSummary("The activities that workflows are made of").ForAccount();

    private static Ok<Page<ActivityAnswer>> List(ActivityCatalogue catalogue) =>
        TypedResults.Ok(new Page<ActivityAnswer>([.. catalogue.All.Select(ActivityAnswer.From)]));

    /// <param name="PriceCents">US cents that each such step adds to the price of a workflow.</param>
    internal sealed record ActivityAnswer(
        string Type, string DisplayName, string Description, string Category, bool IsTrigger, int PriceCents,
        IReadOnlyList<InputAnswer> Inputs, IReadOnlyList<OutputAnswer> Outputs, IReadOnlyList<string> Outcomes)
    {
        public static ActivityAnswer From(ActivityDescriptor activity) => new(
            activity.TypeName, activity.DisplayName, activity.Description, activity.Category, activity.IsTrigger, activity.PriceCents,
            [.. activity.Inputs.Select(InputAnswer.From)], [.. activity.Outputs.Select(OutputAnswer.From)], activity.Outcomes);
    }
}
