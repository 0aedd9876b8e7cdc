using System.Security.Claims;
using AutoForge.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.ApiKeys;

internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/api-keys").WithTags("API keys").ForAccount().ForSessionsOnly();
        group.MapGet("/", ListAsync).WithSummary("List the account's API keys, newest first");
        group.MapPost("/", CreateAsync).WithSummary("Create an API key; the key itself is shown only in this answer");
        group.MapPost("/{id:guid}/rotate", RotateAsync).WithSummary("A new key beside the old one, which expires after a grace of at most 24 hours");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete an API key; it is refused from now on");
    }

    private static async Task<Ok<Page<ApiKey>>> ListAsync(ClaimsPrincipal caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<ApiKey>(await keys.ListAsync(caller.AccountId(), cancellationToken)));

    private static async Task<Created<NewApiKey>> CreateAsync(ApiKeyRequest request, ApiKeyIssue issue, HttpContext context)
    {
        var created = await issue.CreateAsync(request.Name, request.Scopes, request.ExpiresAt, context);
        return TypedResults.Created($"/api/user/api-keys/{created.Id}", created);
    }

    private static async Task<Created<NewApiKey>> RotateAsync(Guid id, ApiKeyIssue issue, HttpContext context, RotationRequest? request = null)
    {
        var created = await issue.RotateAsync(id, request?.GraceHours, context);
        return TypedResults.Created($"/api/user/api-keys/{created.Id}", created);
    }

    private static async Task<NoContent> DeleteAsync(Guid id, ApiKeyIssue issue, HttpContext context)
    {
        await issue.DeleteAsync(id, context);
        return TypedResults.NoContent();
    }

    internal sealed record ApiKeyRequest(string? Name, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);

    internal sealed record RotationRequest(int? GraceHours = null);
}
