using System.Security.Claims;
using AutoForge.Engine.Connections;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Secrets;

/// <summary>Connections, as Studio's picker wants to choose among them. What is secret goes in and never comes out.</summary>
internal static class SecretEndpoints
{
    private const string Store = "encrypted";

    // Asked for on every rendering of a picker.
    private static readonly Descriptors Known = new(
        [.. SecretKind.All.Select(kind => new SecretType(kind.Type, kind.DisplayName, kind.Description, "text", [Store]))],
        [new(Store, "This server, encrypted", "Kept encrypted; nobody can read it again.", "Read, Write, Delete, Test", false)]);

    public static void MapSecrets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/secrets/descriptors", () => StudioJson.Answer(Known));
        api.MapPost("/secrets/picker", PickAsync);
        api.MapPost("/secrets", CreateAsync);
    }

    private static async Task<JsonHttpResult<Offer>> PickAsync(
        PickRequest request, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken)
    {
        var all = await connections.ListAsync(caller.AccountId(), cancellationToken);
        return StudioJson.Answer(new Offer(
            [.. all.Where(connection => request.TypeNames is not { Length: > 0 } types || types.Contains(connection.Type))
                .Where(connection => string.IsNullOrEmpty(request.Search) || connection.Name.Contains(request.Search, StringComparison.OrdinalIgnoreCase))
                .Select(Secret.From)],
            CanCreateInline: true));
    }

    private static async Task<JsonHttpResult<Secret>> CreateAsync(
        CreateRequest request, ClaimsPrincipal caller, ConnectionStore connections, CancellationToken cancellationToken)
    {
        var draft = SecretKind.Draft(request.TypeName, request.Name, request.Value);
        return StudioJson.Answer(Secret.From(await connections.CreateAsync(caller.AccountId(), draft, cancellationToken)));
    }

    internal sealed record PickRequest(string? Search, string[]? TypeNames);

    /// <param name="Value">Secret; see <see cref="SecretKind"/>.</param>
    internal sealed record CreateRequest(string? Name, string? TypeName, string? Value)
    {
        public override string ToString() => $"{TypeName} secret {Name}";
    }

    internal sealed record Offer(IReadOnlyList<Secret> Items, bool CanCreateInline);

    internal sealed record Descriptors(IReadOnlyList<SecretType> Types, IReadOnlyList<SecretStore> Stores);

    internal sealed record SecretType(string Name, string DisplayName, string Description, string EditorHint, IReadOnlyList<string> SupportedStoreNames);

    internal sealed record SecretStore(string Name, string DisplayName, string Description, string Capabilities, bool IsReadOnly);

    internal sealed record Secret(
        string Id, string Name, string DisplayName, string TypeName, string StoreName, string Status, int CurrentVersion,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
    {
        public static Secret From(StoredConnection connection) => new(
            connection.Id.ToString(), connection.Name, SecretKind.LabelOf(connection.Type), connection.Type, Store, "Active", 1,
            connection.CreatedAt, connection.UpdatedAt);
    }
}
