namespace AutoForge.Bench.Schedules;

/// <summary>What a session that is not the server's sees of a herd at a moment.</summary>
/// <param name="Runs">Committed.</param>
/// <param name="Charged">Runs that succeeded, and so were charged.</param>
/// <param name="SinceDue">By the database's clock.</param>
internal sealed record HerdLook(long Runs, long Charged, TimeSpan SinceDue);
