namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>An API key as its owner sees it later: without the key.</summary>
/// <param name="Hint">Enough of it to recognise it.</param>
/// <param name="Scopes">See <see cref="KeyScope"/>.</param>
/// <param name="LastUsedAt">To within a minute.</param>
/// <param name="ExpiresAt">Null = never.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record ApiKey(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt);
