namespace AutoForge.Bench.Throughput;

/// <summary>Sums since the start of each process, at one moment.</summary>
/// <param name="At">Stopwatch timestamp.</param>
/// <param name="Server">CPU time.</param>
/// <param name="Postgres">CPU time of all processes of the database server.</param>
/// <param name="Bench">CPU time of load generator, target and observer.</param>
/// <param name="Machine">CPU time of everything on the machine.</param>
/// <param name="Commits">Without the observer's own.</param>
/// <param name="WalBytes">Write-ahead log.</param>
internal sealed record Reading(long At, TimeSpan Server, TimeSpan Postgres, TimeSpan Bench, TimeSpan Machine, long Commits, long WalBytes)
{
    /// <summary>CPU time of those who have nothing to do with the bench.</summary>
    public TimeSpan Others => Machine - Server - Postgres - Bench;
}
