namespace AutoForge.Engine.Storage;

/// <summary>What has become of a group of writes.</summary>
/// <param name="Results">One for each item, in their order.</param>
/// <param name="Then">What follows from the commit, just before the callers have their results.</param>
internal readonly record struct Written<TResult>(IReadOnlyList<TResult> Results, Action? Then = null);
