using System.Security.Claims;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Sessions;

/// <summary>Where the user is signed in, and how to end that.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/sessions").WithTags("Account").ForAccount().ForSessionsOnly();
        group.MapGet("/", ListAsync).WithSummary("Where the user is signed in");
        group.MapDelete("/{id:guid}", EndAsync).WithSummary("End a session: its cookie and all its tokens");
        group.MapDelete("/", EndOthersAsync).WithSummary("End all sessions but the one that asks");

        var pages = app.MapGroup("/settings/sessions").ExcludeFromDescription().ForUser();
        pages.MapGet("/", ShowAsync);
        pages.MapPost("/{id:guid}/end", EndFromPageAsync);
        pages.MapPost("/end-others", EndOthersFromPageAsync);
    }

    private static async Task<Ok<Page<SessionRow>>> ListAsync(ClaimsPrincipal caller, SessionStore sessions, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<SessionRow>(await sessions.ListAsync(caller, cancellationToken)));

    private static async Task<NoContent> EndAsync(Guid id, HttpContext context, SessionStore sessions, AuditLog audit)
    {
        if (!await sessions.EndAsync(context.User, id, context.RequestAborted))
            throw new NotFoundException();
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.SessionRevoked, id.ToString()), context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndOthersAsync(HttpContext context, SessionStore sessions, AuditLog audit)
    {
        await sessions.EndOthersAsync(context.User, context.RequestAborted);
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.SessionRevoked, detail: "All but this one"), context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ShowAsync(ClaimsPrincipal caller, SessionStore sessions, CancellationToken cancellationToken) =>
        new HtmlPage<SessionsPage>(new { Sessions = await sessions.ListAsync(caller, cancellationToken) });

    // The forms are read for their tokens alone.
    private static async Task<IResult> EndFromPageAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, SessionStore sessions, AuditLog audit)
    {
        await EndAsync(id, context, sessions, audit);
        return TypedResults.LocalRedirect("/settings/sessions");
    }

    private static async Task<IResult> EndOthersFromPageAsync(
        [FromForm] IFormCollection form, HttpContext context, SessionStore sessions, AuditLog audit)
    {
        await EndOthersAsync(context, sessions, audit);
        return TypedResults.LocalRedirect("/settings/sessions");
    }
}
