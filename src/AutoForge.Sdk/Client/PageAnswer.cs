namespace AutoForge.Client;

/// <summary>One page of a list.</summary>
internal sealed record PageAnswer<T>(IReadOnlyList<T> Data, string? NextCursor);
