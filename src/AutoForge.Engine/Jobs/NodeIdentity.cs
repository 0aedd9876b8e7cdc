namespace AutoForge.Engine.Jobs;

/// <summary>This process, in the queue's eyes: new at every start, so that a restarted node cannot mistake old leases for its own.</summary>
internal sealed class NodeIdentity
{
    public Guid Id { get; } = Ids.NewId();
}
