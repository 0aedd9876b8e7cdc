namespace AutoForge.Server.Usage;

/// <summary>A cap of a workflow that was typed and cannot be set.</summary>
public sealed record RefusedCap(string DefinitionId, string? Typed, string? Error);
