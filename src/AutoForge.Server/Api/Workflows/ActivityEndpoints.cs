using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Workflows;

/// <summary>The catalogue of activities.</summary>
internal static class ActivityEndpoints
{
    public static void MapActivities(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/activities", List).WithTags("Workflows").WithSummary("The activities that workflows are made of").ForAccount().ForAnyKey();

    private static Ok<Page<ActivityAnswer>> List(ActivityCatalogue catalogue, PriceBook prices) =>
        TypedResults.Ok(new Page<ActivityAnswer>([.. catalogue.All.Select(activity => ActivityAnswer.From(activity, prices.Current))]));
}
