using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Billing.Plans;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Landing;

/// <summary>What strangers read: what this is, what it costs, and on which terms.</summary>
internal static class LandingPages
{
    public static void MapLandingPages(this IEndpointRouteBuilder app)
    {
        var visitors = app.MapGroup("").ExcludeFromDescription().ForAnyone();
        visitors.MapGet("/", ShowAsync);
        visitors.MapGet("/terms", IResult () => new HtmlPage<TermsPage>());
        visitors.MapGet("/privacy", IResult () => new HtmlPage<PrivacyPage>());
    }

    // Who is signed in goes to work.
    private static async Task<IResult> ShowAsync(
        HttpRequest request, ActivityCatalogue catalogue, PriceBook prices, PlanTable plans, CancellationToken cancellationToken) =>
        await SignInPages.IsSignedInAsync(request)
            ? TypedResults.LocalRedirect(ReturnUrl.Home)
            : new HtmlPage<StartPage>(new
            {
                Prices = PricesOf(catalogue, prices.Current),
                Plans = await plans.ListAsync(cancellationToken),
            });

    private static List<KeyValuePair<string, int>> PricesOf(ActivityCatalogue catalogue, PriceList prices) =>
        [.. catalogue.All
            .Where(type => type.IsBrowsable && prices.Of(type) > 0)
            .OrderBy(type => type.DisplayName, StringComparer.Ordinal)
            .Select(type => KeyValuePair.Create(type.DisplayName, prices.Of(type)))];
}
