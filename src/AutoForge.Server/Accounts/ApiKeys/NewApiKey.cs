namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>An API key that has just been made.</summary>
/// <param name="Key">Shown this once: only its hash is stored.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record NewApiKey(Guid Id, string Name, string Key, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);
