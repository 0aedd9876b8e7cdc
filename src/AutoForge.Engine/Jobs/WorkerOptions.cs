using System.ComponentModel.DataAnnotations;

namespace AutoForge.Engine.Jobs;

/// <summary>How a node works on the queue. Configuration section <c>AutoForge:Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>How long a claim lasts without renewal.</summary>
    /// <value>Seconds, 2 to 60; default 30. A dead node's runs are taken over after this time.</value>
    [Range(2, 60)]
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>Runs that this node works on at once.</summary>
    /// <value>1 to 10,000; default 512. Waiting for an answer of another system counts; delays do not.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentRuns { get; set; } = 512;

    /// <summary>Runs of one account that are worked on at once, on all nodes together, unless its plan says otherwise. Further ones wait for their turn.</summary>
    /// <value>1 to 10,000; default 256: half of a node's places, so that no account can take them all.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentRunsPerAccount { get; set; } = 256;

    /// <summary>Claims without an end (crash, lost node) after which a run fails visibly.</summary>
    /// <value>Default 5.</value>
    [Range(1, 100)]
    public int MaxTries { get; set; } = 5;

    /// <summary>How often an idle node looks for jobs that other nodes left. Own jobs start at once.</summary>
    /// <value>Milliseconds, 20 to 60,000; default 1,000.</value>
    [Range(20, 60_000)]
    public int PollMilliseconds { get; set; } = 1_000;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
