using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Landing;

/// <summary>What strangers read: what this is, what it costs, and on which terms.</summary>
internal static class LandingPages
{
    public static void MapLandingPages(this IEndpointRouteBuilder app)
    {
        var visitors = app.MapGroup("").ExcludeFromDescription().ForAnyone();
        visitors.MapGet("/", ShowAsync);
        visitors.MapGet("/terms", () => new HtmlPage<TermsPage>());
        visitors.MapGet("/privacy", () => new HtmlPage<PrivacyPage>());
    }

    // Who is signed in goes to work.
    private static async Task<IResult> ShowAsync(HttpRequest request, ActivityCatalogue catalogue) =>
        await SignInPages.IsSignedInAsync(request)
            ? TypedResults.LocalRedirect(ReturnUrl.Home)
            : new HtmlPage<StartPage>(new
            {
                Prices = catalogue.All.Where(type => type is { IsBrowsable: true, PriceCents: > 0 }).OrderBy(type => type.DisplayName).ToList(),
            });
}
