using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.SignIn;

namespace AutoForge.Server.Layout;

/// <summary>The page at the root: strangers read what this is, everybody else goes to work.</summary>
internal static class StartPages
{
    public static void MapStartPage(this IEndpointRouteBuilder app) => app.MapGet("/", ShowAsync).ForAnyone().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpRequest request) =>
        await SignInPages.IsSignedInAsync(request) ? TypedResults.LocalRedirect(ReturnUrl.Home) : new HtmlPage<StartPage>();
}
