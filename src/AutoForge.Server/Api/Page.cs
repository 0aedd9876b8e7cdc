namespace AutoForge.Server.Api;

/// <summary>One page of a list. <paramref name="NextCursor"/> goes back as <c>?cursor=</c>; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Data, bool HasMore = false, string? NextCursor = null);
