using System.Security.Claims;
using AutoForge.Engine.Connections;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Connections;

/// <summary>Pages for stored credentials: see, add, try out, delete.</summary>
internal static class ConnectionPages
{
    public static void MapConnectionPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/connections").ExcludeFromDescription().ForUser();
        group.MapGet("/", ListAsync);
        group.MapGet("/new/{type}", New);
        group.MapPost("/new/{type}", CreateAsync);
        group.MapPost("/{id:guid}/test", TestAsync);
        group.MapPost("/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        new HtmlPage<ConnectionListPage>(new { Connections = await connections.ListAsync(caller.AccountId(), cancellationToken) });

    private static HtmlPage<ConnectionNewPage> New(string type) => new(new { Kind = KindOf(type) });

    private static async Task<IResult> CreateAsync(
        string type, [FromForm] IFormCollection form, HttpContext context, ClaimsPrincipal caller, ConnectionStore connections,
        CancellationToken cancellationToken)
    {
        var kind = KindOf(type);
        var typed = new ConnectionForm(kind, form);
        try
        {
            await connections.CreateAsync(caller.AccountId(), typed.ToDraft(), cancellationToken);
            return TypedResults.LocalRedirect("/connections");
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, ["name", .. kind.Fields.Select(field => field.Name)]).Beside("name", "connection_name_taken", e);
            return new HtmlPage<ConnectionNewPage>(new { Kind = kind, typed.Name, Values = typed.Shown, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> TestAsync(
        Guid id, [FromForm] IFormCollection form, ClaimsPrincipal caller, ConnectionTester tester, ConnectionStore connections,
        CancellationToken cancellationToken) =>
        new HtmlPage<ConnectionListPage>(new
        {
            TestedId = id,
            Test = await tester.TestAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException(),
            Connections = await connections.ListAsync(caller.AccountId(), cancellationToken),
        });

    private static async Task<IResult> DeleteAsync(
        Guid id, [FromForm] IFormCollection form, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        await connections.DeleteAsync(caller.AccountId(), id, cancellationToken)
            ? TypedResults.LocalRedirect("/connections")
            : throw new NotFoundException();

    private static ConnectionKind KindOf(string type) => ConnectionKind.Find(type) ?? throw new NotFoundException();
}
