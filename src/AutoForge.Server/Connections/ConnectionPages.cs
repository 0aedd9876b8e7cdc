using System.Security.Claims;
using AutoForge.Engine.Connections;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Connections;

/// <summary>Pages for stored credentials: see, add, change, try out, delete.</summary>
internal static class ConnectionPages
{
    public static void MapConnectionPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/connections").ExcludeFromDescription().ForUser();
        group.MapGet("/", ListAsync);
        group.MapGet("/new/{type}", New);
        group.MapPost("/new/{type}", CreateAsync);
        group.MapGet("/{id:guid}", ShowAsync);
        group.MapPost("/{id:guid}", UpdateAsync);
        group.MapPost("/{id:guid}/test", TestAsync);
        group.MapPost("/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        new HtmlPage<ConnectionListPage>(new { Connections = await connections.ListAsync(caller.AccountId(), cancellationToken) });

    private static IResult New(string type) => new HtmlPage<ConnectionFormPage>(new { Kind = KindOf(type) });

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
            var errors = ErrorsOf(e, kind, context);
            return new HtmlPage<ConnectionFormPage>(new { Kind = kind, typed.Name, Values = typed.Shown, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> ShowAsync(Guid id, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken)
    {
        var stored = await connections.FindAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        return new HtmlPage<ConnectionFormPage>(new
        {
            Id = id,
            Kind = KindOf(stored.Type),
            stored.Name,
            Values = stored.Settings.ToDictionary(setting => setting.Key, setting => setting.Value?.ToString() ?? ""),
        });
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, [FromForm] IFormCollection form, HttpContext context, ClaimsPrincipal caller, ConnectionStore connections,
        CancellationToken cancellationToken)
    {
        var stored = await connections.FindAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        var kind = KindOf(stored.Type);
        var typed = new ConnectionForm(kind, form);
        try
        {
            return await connections.UpdateAsync(caller.AccountId(), id, typed.ToDraft(), cancellationToken) is null
                ? throw new NotFoundException()
                : TypedResults.LocalRedirect("/connections");
        }
        catch (AutoForgeException e) when (e is not NotFoundException)
        {
            var errors = ErrorsOf(e, kind, context);
            return new HtmlPage<ConnectionFormPage>(new { Id = id, Kind = kind, typed.Name, Values = typed.Shown, Errors = errors }, errors.Status);
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

    private static FormErrors ErrorsOf(AutoForgeException exception, ConnectionKind kind, HttpContext context) =>
        FormErrors.From(exception, context, ["name", .. kind.Fields.Select(field => field.Name)]).Beside("name", "connection_name_taken", exception);

    private static ConnectionKind KindOf(string type) => ConnectionKind.Find(type) ?? throw new NotFoundException();
}
