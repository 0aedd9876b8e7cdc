namespace AutoForge.Engine.Workflows;

/// <summary>A version of a workflow of an account.</summary>
internal readonly record struct VersionKey(Guid AccountId, string WorkflowId, int Version);
