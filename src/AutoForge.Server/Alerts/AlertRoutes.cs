using System.Security.Claims;
using AutoForge.Engine.Connections;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Alerts;

/// <summary>Where alerts go: for callers and as a page.</summary>
internal static class AlertRoutes
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton<AlertSettingsTable>();
        services.AddSingleton<AlertReading>();
        services.AddSingleton<AlertChannels>();
        services.AddSingleton<AlertSender>();
        services.AddHostedService<AlertClock>();
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/user/alerts", GetAsync).WithTags("Account").WithSummary("Where alerts go").ForAccount().ForKeys(KeyScope.Full);
        app.MapPut("/api/user/alerts", PutAsync).WithTags("Account").WithSummary("Set where alerts go").ForAccount().ForKeys(KeyScope.Full);
        var pages = app.MapGroup("/settings/alerts").ExcludeFromDescription().ForUser();
        pages.MapGet("", ShowAsync);
        pages.MapPost("", SaveAsync);
    }

    private static async Task<Ok<AlertSettings>> GetAsync(ClaimsPrincipal caller, AlertSettingsTable settings, CancellationToken cancellationToken) =>
        TypedResults.Ok(await settings.GetAsync(caller.AccountId(), cancellationToken));

    private static async Task<Ok<AlertSettings>> PutAsync(
        AlertSettings wanted, ClaimsPrincipal caller, AlertSettingsTable settings, CancellationToken cancellationToken)
    {
        var valid = wanted.Checked();
        await settings.SetAsync(caller.AccountId(), valid, cancellationToken);
        return TypedResults.Ok(valid);
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, AlertSettingsTable settings, ConnectionStore connections, CancellationToken cancellationToken, bool saved = false) =>
        await PageAsync(await settings.GetAsync(caller.AccountId(), cancellationToken), FormErrors.None, caller, connections, cancellationToken, saved);

    private static async Task<IResult> SaveAsync(
        [FromForm] IFormCollection form, HttpContext context, ClaimsPrincipal caller, AlertSettingsTable settings, ConnectionStore connections,
        CancellationToken cancellationToken)
    {
        // A box that is not ticked is not sent, nor is a field that the page does not show.
        var wanted = new AlertSettings(form["email"] == "on", form["telegramConnection"], form["telegramChat"]);
        try
        {
            await settings.SetAsync(caller.AccountId(), wanted.Checked(), cancellationToken);
            return TypedResults.LocalRedirect("/settings/alerts?saved=true");
        }
        catch (AutoForgeException e)
        {
            return await PageAsync(wanted, FormErrors.From(e, context, "telegramConnection", "telegramChat"), caller, connections, cancellationToken);
        }
    }

    private static async Task<IResult> PageAsync(
        AlertSettings settings, FormErrors errors, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken,
        bool saved = false)
    {
        var bots = (await connections.ListAsync(caller.AccountId(), cancellationToken)).Where(c => c.Type == "telegram").Select(c => c.Name).ToList();
        return new HtmlPage<AlertPage>(new { Settings = settings, Bots = bots, Errors = errors, IsSaved = saved }, errors.Status);
    }
}
