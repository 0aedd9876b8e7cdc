using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Prices;

/// <summary>What steps cost: for everybody to read, for administrators to set.</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/prices", Get).WithTags("Money").WithSummary("The price list: US cents per kind of step").ForAnyone();
        app.MapPost("/api/admin/price-lists", PublishAsync).WithTags("Money").WithSummary("Publish a price list").ForAdmin();
    }

    private static Ok<PriceListAnswer> Get(PriceBook prices, ActivityCatalogue catalogue) =>
        TypedResults.Ok(PriceListAnswer.From(prices.Current, catalogue));

    private static async Task<Created<PriceListAnswer>> PublishAsync(
        NewPriceList list, PriceBook prices, ActivityCatalogue catalogue, CancellationToken cancellationToken) =>
        TypedResults.Created(
            "/api/v1/prices", PriceListAnswer.From(await prices.PublishAsync(list.Cents ?? new Dictionary<string, int>(), cancellationToken), catalogue));

    /// <param name="Cents">US cents by activity type; what is not named costs what its author says.</param>
    internal sealed record NewPriceList(IReadOnlyDictionary<string, int>? Cents);

    /// <param name="Version">0 = what the activities' authors say.</param>
    /// <param name="MinCents">The least that a successful run costs.</param>
    /// <param name="MaxCents">The most.</param>
    /// <param name="Cents">US cents by activity type; what is not named is free.</param>
    internal sealed record PriceListAnswer(int Version, DateTimeOffset? CreatedAt, int MinCents, int MaxCents, IReadOnlyDictionary<string, int> Cents)
    {
        public static PriceListAnswer From(PriceList list, ActivityCatalogue catalogue) => new(
            list.Version, list.CreatedAt, PriceList.LeastCents, PriceList.MostCents,
            catalogue.All.Where(activity => list.Of(activity) > 0).ToDictionary(activity => activity.TypeName, list.Of));
    }
}
