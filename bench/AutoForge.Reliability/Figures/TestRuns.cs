using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoForge.Reliability.Checks;
using AutoForge.Testing;

namespace AutoForge.Reliability.Figures;

/// <summary>Figures that are tests of the engine on a simulated clock, at the size that is wanted here: F6 and F7.</summary>
internal static partial class TestRuns
{
    private const int LeastSeeds = 100;

    // 10,000 in an hour.
    private const double SeedsPerMinute = 10_000.0 / 60;

    /// <summary>As many seeds as the minutes that were asked for allow.</summary>
    public static Task<FigureVerdict> SimulateAsync(Figure figure, Effort effort)
    {
        var seeds = Math.Max((int)Math.Round(effort.Minutes * SeedsPerMinute), LeastSeeds);
        return RunAsync(figure, effort, "*.SimulationTests", seeds.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Two days over each clock change, always in full: they take less than a minute.</summary>
    public static Task<FigureVerdict> SimulateDaysAsync(Figure figure, Effort effort) => RunAsync(figure, effort, "*.SimulatedDaysTests", seeds: null);

    private static async Task<FigureVerdict> RunAsync(Figure figure, Effort effort, string testClass, string? seeds)
    {
        var begin = Stopwatch.GetTimestamp();
        if (seeds is not null)
            effort.Say($"{seeds} seeds");
        var (exitCode, output) = await RunTestsAsync(testClass, seeds);

        var findings = new Findings();
        var summary = Summary().Match(output);
        findings.AddIf(!summary.Success, "the tests did not run", output);
        findings.AddIf(exitCode != 0 && summary.Success, "a test failed", Failure().Match(output) is { Success: true } failure ? failure.Value : output);
        var details = Detail().Matches(output).Select(m => (Name: m.Groups[1].Value, Value: m.Groups[2].Value)).DistinctBy(d => d.Name)
            .ToDictionary(d => d.Name, d => int.Parse(d.Value, CultureInfo.InvariantCulture));
        if (summary.Success)
            details["tests"] = int.Parse(summary.Groups[1].Value, CultureInfo.InvariantCulture);
        var counts = new Counts(
            0, details.GetValueOrDefault("runs"), details.GetValueOrDefault("runs"), 0, details.GetValueOrDefault("succeeded"), 0, 0,
            details.GetValueOrDefault("staleWrites"));
        return FigureVerdict.Of(figure, 0, counts, findings, Stopwatch.GetElapsedTime(begin), details);
    }

    private static async Task<(int ExitCode, string Output)> RunTestsAsync(string testClass, string? seeds)
    {
        var program = Path.Combine(RepositoryRoot.Find(), "tests", "AutoForge.Engine.Tests", "bin", "Debug", "net10.0", "AutoForge.Engine.Tests.dll");
        var start = new ProcessStartInfo("dotnet", [program, "-noLogo", "-noColor", "-showLiveOutput", "-class", testClass])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("AUTOFORGE_SEED");
        if (seeds is not null)
            start.Environment["AUTOFORGE_SIMULATION_SEEDS"] = seeds;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    // Of the line that the simulation ends with: seeds 200 (from 7), runs 1073, …
    [GeneratedRegex(@"\b(seeds|runs|succeeded|staleWrites|transitions) (\d+)")]
    private static partial Regex Detail();

    [GeneratedRegex(@"Total: ([1-9]\d*), Errors: \d+, Failed: \d+")]
    private static partial Regex Summary();

    // From the name of the test to where its stack begins.
    [GeneratedRegex(@"\S+ \[FAIL\].*?(?=\n\s+Stack Trace:)", RegexOptions.Singleline)]
    private static partial Regex Failure();
}
