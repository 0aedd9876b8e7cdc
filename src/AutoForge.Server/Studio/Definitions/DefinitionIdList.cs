namespace AutoForge.Server.Studio.Definitions;

/// <summary>The workflows that a bulk action is about.</summary>
internal sealed record DefinitionIdList(string[]? DefinitionIds);
