using System.Security.Claims;
using AutoForge.Server.Api;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.Audit;

/// <summary>What happened to the account, for programs and for people.</summary>
internal static class AuditEndpoints
{
    private const int PageSize = 50;

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/user/audit", ListAsync).ForAccount().ForSessionsOnly().WithTags("Account").WithSummary("What happened to the account, newest first");
        app.MapGet("/settings/audit", ShowAsync).ForUser().ExcludeFromDescription();
    }

    private static async Task<Ok<Page<AuditRow>>> ListAsync(
        ClaimsPrincipal caller, AuditLog audit, CancellationToken cancellationToken, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var rows = await audit.ListAsync(caller.AccountId(), Cursor.Number(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, row => row, row => row.Id));
    }

    private static async Task<IResult> ShowAsync(ClaimsPrincipal caller, AuditLog audit, CancellationToken cancellationToken, string? cursor = null)
    {
        var rows = await audit.ListAsync(caller.AccountId(), Cursor.Number(cursor), PageSize + 1, cancellationToken);
        var page = Cursor.Page(rows, PageSize, row => row, row => row.Id);
        return new HtmlPage<AuditPage>(new { Rows = page.Data, page.NextCursor });
    }
}
