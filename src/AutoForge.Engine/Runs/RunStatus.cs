namespace AutoForge.Engine.Runs;

/// <summary>Where a run stands; <c>docs/state-machines.md</c> has the transitions.</summary>
public enum RunStatus
{
    /// <summary>Accepted and durable; no step has been started.</summary>
    Queued,

    /// <summary>A node works on it.</summary>
    Running,

    /// <summary>A delay or a retry is due later.</summary>
    Waiting,

    /// <summary>Terminal: finished without an incident, and charged.</summary>
    Succeeded,

    /// <summary>Terminal: not charged; the fault says why.</summary>
    Failed,

    /// <summary>Terminal: ended by a user; not charged.</summary>
    Cancelled,
}
