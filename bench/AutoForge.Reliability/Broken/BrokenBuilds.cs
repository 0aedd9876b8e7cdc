using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AutoForge.Reliability.Broken;

/// <summary>Proves the checks: each breakage, built and run, must be found out by the figure that is there for it.</summary>
/// <param name="figures">Only what these must catch; none = all.</param>
internal sealed class BrokenBuilds(int seed, IReadOnlyList<string> figures, Action<string> say)
{
    public async Task<IReadOnlyList<BreakageVerdict>> RunAsync()
    {
        using var copy = await SourceCopy.MakeAsync();
        var verdicts = new List<BreakageVerdict>();
        foreach (var breakage in Breakage.All.Where(breakage => figures.Count == 0 || figures.Contains(breakage.Figure)))
        {
            say($"{breakage.Name}: building");
            var begin = Stopwatch.GetTimestamp();
            var (caught, by) = await TryAsync(copy, breakage);
            say($"{breakage.Name}: {(caught ? "caught" : "NOT CAUGHT")}: {string.Join("; ", by)}");
            verdicts.Add(new BreakageVerdict(
                breakage.Name, breakage.Figure, caught, by, Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 1)));
        }
        return verdicts;
    }

    private async Task<(bool Caught, IReadOnlyList<string> By)> TryAsync(SourceCopy copy, Breakage breakage)
    {
        try
        {
            copy.Break(breakage);
            await copy.BuildAsync();
            string[] points = breakage.Points is { } names ? ["--points", names] : [];
            var output = await copy.RunHarnessAsync(
            [
                "--figures", breakage.Figure, "--seed", seed.ToString(CultureInfo.InvariantCulture),
                "--minutes", breakage.Minutes.ToString(CultureInfo.InvariantCulture), .. points,
            ]);
            var figure = Verdict.FromJson(output).Figures.Single();
            // A harness that failed has found nothing out.
            var hasFailed = figure.Violations.Any(violation => violation.StartsWith("the harness failed", StringComparison.Ordinal));
            return (!figure.Passed && figure.Skipped is null && !hasFailed, figure.Violations);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            return (false, [e.Message]);
        }
    }
}
