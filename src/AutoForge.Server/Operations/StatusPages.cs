using AutoForge.Server.Accounts;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Operations;

/// <summary>Tells anybody whether the server does its work.</summary>
internal static class StatusPages
{
    public static void MapStatusPage(this IEndpointRouteBuilder app) => app.MapGet("/status", ShowAsync).ForAnyone().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(StatusReport reports, CancellationToken cancellationToken) =>
        new HtmlPage<StatusPage>(new { Status = await reports.GetAsync(cancellationToken) });
}
