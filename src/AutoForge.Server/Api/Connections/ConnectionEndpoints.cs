using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Connections;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Connections;

/// <summary>Stored credentials. What is secret goes in and never comes out.</summary>
internal static class ConnectionEndpoints
{
    public static void MapConnections(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/connections").WithTags("Connections").ForAccount().ForKeys(KeyScope.Connections);
        group.MapGet("/", ListAsync).WithSummary("List connections, without their secrets");
        group.MapPost("/", CreateAsync).WithSummary("Store a connection");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("A connection, without its secrets");
        group.MapPut("/{id:guid}", UpdateAsync).WithSummary("Change a connection; secrets that are left out stay");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete a connection; workflows that name it will fail");
        group.MapPost("/{id:guid}/test", TestAsync).WithSummary("Try a connection out");
    }

    private static async Task<Ok<Page<StoredConnection>>> ListAsync(
        ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<StoredConnection>(await connections.ListAsync(caller.AccountId(), cancellationToken)));

    private static async Task<Created<StoredConnection>> CreateAsync(
        ConnectionRequest request, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken)
    {
        var created = await connections.CreateAsync(caller.AccountId(), request.ToDraft(), cancellationToken);
        return TypedResults.Created($"/api/v1/connections/{created.Id}", created);
    }

    private static async Task<Ok<StoredConnection>> GetAsync(
        Guid id, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await connections.FindAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException());

    private static async Task<Ok<StoredConnection>> UpdateAsync(
        Guid id, ConnectionRequest request, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await connections.UpdateAsync(caller.AccountId(), id, request.ToDraft(), cancellationToken) ?? throw new NotFoundException());

    private static async Task<NoContent> DeleteAsync(
        Guid id, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken) =>
        await connections.DeleteAsync(caller.AccountId(), id, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    private static async Task<Ok<ConnectionTest>> TestAsync(
        Guid id, ClaimsPrincipal caller, ConnectionTester tester, CancellationToken cancellationToken) =>
        TypedResults.Ok(await tester.TestAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException());

    internal sealed record ConnectionRequest(string? Name, string? Type, JsonObject? Settings, Dictionary<string, string?>? Secrets)
    {
        public ConnectionDraft ToDraft() => new(Name ?? "", Type ?? "", Settings, Secrets);
    }
}
