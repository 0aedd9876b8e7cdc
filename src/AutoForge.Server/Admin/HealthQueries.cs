using AutoForge.Server.Operations.Minutes;

namespace AutoForge.Server.Admin;

/// <summary>How all nodes together did in the last hour.</summary>
/// <param name="From">The first of the minutes.</param>
/// <param name="Minutes">Oldest first, up to the last full one; null = no node tells of it.</param>
/// <param name="Nodes">That have told of themselves within three minutes.</param>
/// <param name="Check">Of the invariants; null = none has come to its end.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record HealthReport(DateTimeOffset From, IReadOnlyList<NodeMinute?> Minutes, long Nodes, LedgerCheck? Check)
{
    /// <summary>All minutes together; of states the last ones.</summary>
    public NodeMinute Hour => Minutes.OfType<NodeMinute>().Aggregate(new NodeMinute(), (sum, minute) => sum.And(minute));

    public NodeMinute? Last => Minutes.OfType<NodeMinute>().LastOrDefault();
}

/// <summary>Reads it.</summary>
internal sealed class HealthQueries(MinuteTable minutes, LedgerCheckTable checks, TimeProvider time)
{
    private const int Shown = 60;

    public async Task<HealthReport> LastHourAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(-Shown);
        var told = (await minutes.SinceAsync(from, cancellationToken)).ToDictionary(row => row.Minute);
        var (nodes, _) = await minutes.ClusterAsync(cancellationToken);
        return new HealthReport(
            from, [.. Enumerable.Range(0, Shown).Select(i => told.GetValueOrDefault(from.AddMinutes(i)))], nodes, await checks.LastAsync(cancellationToken));
    }
}
