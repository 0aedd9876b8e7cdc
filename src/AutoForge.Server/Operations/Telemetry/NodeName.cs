namespace AutoForge.Server.Operations.Telemetry;

/// <summary>This process, as metrics and the operator's page tell it from other nodes: new at every start.</summary>
internal sealed class NodeName
{
    public Guid Id { get; } = Ids.NewId();
}
