namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>An API key as its owner sees it later: without the key.</summary>
internal sealed record ApiKey(Guid Id, string Name, string Hint, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
