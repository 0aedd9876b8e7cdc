using AutoForge.Server.Accounts;

namespace AutoForge.Server.Layout.Assets;

/// <summary>What the routes of all assets have in common.</summary>
internal static class AssetRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <param name="find">Null when there is no such asset.</param>
    public static RouteHandlerBuilder MapAssets(this IEndpointRouteBuilder app, string pattern, Func<string, Asset?> find) =>
        app.MapMethods(pattern, Methods, (HttpContext context) =>
                find(context.Request.Path.Value!.TrimStart('/')) is { } asset ? (IResult)new AssetAnswer(asset) : TypedResults.NotFound())
            .ForAnyone()
            .ExcludeFromDescription();
}
