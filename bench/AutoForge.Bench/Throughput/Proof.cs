namespace AutoForge.Bench.Throughput;

/// <summary>A figure counts only if every promise was kept: each 202 became one charged run, and the ledger is right.</summary>
internal static class Proof
{
    /// <returns>Whether all is well; says what is not.</returns>
    public static Task<bool> CheckAsync(Stage stage, IEnumerable<Row> rows, Report report) =>
        CheckAsync(stage, [.. rows.Select(row => (row.Name, row.Refused, row.Outcomes))], report);

    /// <inheritdoc cref="CheckAsync(Stage, IEnumerable{Row}, Report)"/>
    public static async Task<bool> CheckAsync(Stage stage, IReadOnlyList<(string Name, int Refused, Outcomes Outcomes)> loads, Report report)
    {
        var isGood = true;
        foreach (var (name, refused, outcomes) in loads)
        {
            if (outcomes.AreGood && refused == 0)
                continue;
            isGood = false;
            report.Line($"BROKEN at {name} callers: of {outcomes.Answered} answers 202, {outcomes.Lost} runs are lost or have not ended, "
                + $"{outcomes.Uncharged} ended uncharged; {refused} calls were refused.");
        }
        isGood &= await BooksAsync(stage, report);
        report.Line($"{loads.Sum(l => l.Outcomes.Answered)} answers 202, {loads.Sum(l => l.Outcomes.Charged)} runs succeeded and charged.");
        return isGood;
    }

    /// <summary>No request came twice, and the ledger is right.</summary>
    /// <inheritdoc cref="CheckAsync(Stage, IEnumerable{Row}, Report)" path="/returns"/>
    public static async Task<bool> BooksAsync(Stage stage, Report report)
    {
        if (stage.Flights.Repeated > 0)
            report.Line($"BROKEN: {stage.Flights.Repeated} requests came to the target more than once.");
        var (exitCode, output) = await stage.CommandAsync("ledger", "verify");
        report.Line($"\n{output.TrimEnd()}");
        return exitCode == 0 && stage.Flights.Repeated == 0;
    }
}
