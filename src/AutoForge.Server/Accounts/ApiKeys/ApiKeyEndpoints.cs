using System.Security.Claims;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.ApiKeys;

internal static class ApiKeyEndpoints
{
    private const int LongestName = 100;

    public static void MapApiKeys(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/api-keys").WithTags("API keys").ForAccount();
        group.MapGet("/", ListAsync).WithSummary("List the account's API keys, newest first");
        group.MapPost("/", CreateAsync).WithSummary("Create an API key; the key itself is shown only in this answer");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete an API key; it is refused from now on");
    }

    private static async Task<Ok<Page<ApiKey>>> ListAsync(ClaimsPrincipal caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<ApiKey>(await keys.ListAsync(caller.AccountId(), cancellationToken)));

    private static async Task<Created<NewApiKey>> CreateAsync(
        ApiKeyRequest request, ClaimsPrincipal caller, ApiKeyStore keys, CancellationToken cancellationToken)
    {
        var name = request.Name?.Trim();
        if (name is not { Length: > 0 and <= LongestName } || name.Any(char.IsControl))
            throw new InvalidInputException("name", $"Give the key a name of 1 to {LongestName} characters.");

        var created = new NewApiKey(Ids.NewId(), name, ApiKeyText.New());
        if (!await keys.TryAddAsync(caller.AccountId(), caller.UserId(), created.Id, name, created.Key, cancellationToken))
            throw new AutoForgeException("too_many_api_keys", $"An account has at most {ApiKeyStore.MostPerAccount} API keys; delete one first.");
        return TypedResults.Created($"/api/user/api-keys/{created.Id}", created);
    }

    private static async Task<NoContent> DeleteAsync(
        Guid id, ClaimsPrincipal caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.DeleteAsync(caller.AccountId(), id, cancellationToken) ? TypedResults.NoContent() : throw new NotFoundException();

    internal sealed record ApiKeyRequest(string? Name);

    internal sealed record NewApiKey(Guid Id, string Name, string Key);
}
