using System.Diagnostics;
using System.Globalization;
using AutoForge.Reliability.Broken;
using AutoForge.Reliability.Figures;
using AutoForge.Testing;

namespace AutoForge.Reliability;

/// <summary>Does what was asked for, one figure after the other, each on a database of its own.</summary>
internal sealed class ReliabilityRun(ReliabilityOptions options, TextWriter progress)
{
    private const double SampleMinutes = 2;

    /// <exception cref="FormatException">There is no such figure.</exception>
    public async Task<Verdict> RunAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        Say("run", string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed}, {options.Minutes} minutes"));
        if (!options.IsOfBroken)
            Breakage.RequireAllPossible(RepositoryRoot.Find());
        var figures = new List<FigureVerdict>();
        IReadOnlyList<BreakageVerdict> broken = [];
        if (options.IsBroken)
        {
            broken = await new BrokenBuilds(options.Seed, options.Figures, text => Say("broken", text)).RunAsync();
        }
        else
        {
            foreach (var figure in Chosen())
                figures.Add(await RunAsync(figure));
        }
        var passed = figures.All(figure => figure.Passed || figure.Skipped is not null) && broken.All(breakage => breakage.Caught);
        return new Verdict(
            options.Seed, options.Minutes, Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 1), figures, broken, passed);
    }

    private async Task<FigureVerdict> RunAsync(Figure figure)
    {
        var begin = Stopwatch.GetTimestamp();
        var effort = new Effort(
            TimeSpan.FromMinutes(options.Minutes * figure.Share), options.Minutes, options.Minutes < SampleMinutes && options.Points.Count == 0, options.Points,
            new Random(options.Seed), text => Say(figure.Name, text));
        effort.Say(figure.Title);
        FigureVerdict verdict;
        try
        {
            verdict = await figure.RunAsync(figure, effort);
        }
        // The edge of the program: whatever went wrong, the other figures and the verdict must come.
        catch (Exception e)
        {
            verdict = FigureVerdict.Broken(figure, e, Stopwatch.GetElapsedTime(begin));
        }
        effort.Say(verdict.Skipped ?? (verdict.Passed ? "passed" : $"FAILED: {string.Join("; ", verdict.Violations)}"));
        return verdict;
    }

    private IEnumerable<Figure> Chosen() => options.Figures.Count == 0
        ? Figure.All
        : [.. options.Figures.Select(name => Figure.All.FirstOrDefault(figure => figure.Name == name) ?? throw new FormatException($"There is no figure {name}."))];

    private void Say(string what, string text) =>
        progress.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {what,-6} {text}");
}
