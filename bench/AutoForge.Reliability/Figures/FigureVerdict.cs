using AutoForge.Reliability.Checks;

namespace AutoForge.Reliability.Figures;

/// <summary>What became of one figure.</summary>
/// <param name="Kills">How often something was killed, restarted or stopped.</param>
/// <param name="FencingRejections">Writes that were refused because another attempt had the run.</param>
/// <param name="Details">What is special to the figure, by name.</param>
/// <param name="Skipped">Why it could not be done; it has not passed then.</param>
internal sealed record FigureVerdict(
    string Figure, string Title, int Kills, int Calls, int Accepted, int Completed, int Failed, int Charged, int Payments, int Scheduled,
    int FencingRejections, IReadOnlyDictionary<string, int> Details, IReadOnlyList<string> Violations, double Seconds, string? Skipped, bool Passed)
{
    public static FigureVerdict Of(
        Figure figure, int kills, Counts counts, Findings findings, TimeSpan time, IReadOnlyDictionary<string, int>? details = null) => new(
        figure.Name, figure.Title, kills, counts.Calls, counts.Accepted, counts.Completed, counts.Failed, counts.Charged, counts.Payments,
        counts.Scheduled, counts.FencingRejections, details ?? new Dictionary<string, int>(), findings.Texts, Rounded(time), null, findings.AreNone);

    /// <summary>Neither passed nor violated: it could not be done here.</summary>
    public static FigureVerdict SkippedBecause(Figure figure, string reason) => new(
        figure.Name, figure.Title, 0, 0, 0, 0, 0, 0, 0, 0, 0, new Dictionary<string, int>(), [], 0, reason, false);

    /// <summary>The harness itself failed.</summary>
    public static FigureVerdict Broken(Figure figure, Exception exception, TimeSpan time) => new(
        figure.Name, figure.Title, 0, 0, 0, 0, 0, 0, 0, 0, 0, new Dictionary<string, int>(),
        [$"the harness failed: {exception}"], Rounded(time), null, false);

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 1);
}
