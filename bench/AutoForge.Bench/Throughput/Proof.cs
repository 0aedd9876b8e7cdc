namespace AutoForge.Bench.Throughput;

/// <summary>A figure counts only if every promise was kept: each 202 became one charged run, and the ledger is right.</summary>
internal static class Proof
{
    /// <returns>Whether all is well; says what is not.</returns>
    public static async Task<bool> CheckAsync(Stage stage, IReadOnlyList<Row> rows, Report report)
    {
        var isGood = true;
        foreach (var row in rows)
        {
            var outcomes = row.Outcomes;
            if (outcomes.AreGood && row.Refused == 0)
                continue;
            isGood = false;
            report.Line($"BROKEN at {row.Name} callers: of {outcomes.Answered} answers 202, {outcomes.Lost} runs are lost or have not ended, "
                + $"{outcomes.Uncharged} ended uncharged; {row.Refused} calls were refused.");
        }
        if (stage.Flights.Repeated > 0)
        {
            isGood = false;
            report.Line($"BROKEN: {stage.Flights.Repeated} requests came to the target more than once.");
        }

        var (exitCode, output) = await stage.CommandAsync("ledger", "verify");
        report.Line($"\n{output.TrimEnd()}");
        report.Line($"{rows.Sum(r => r.Outcomes.Answered)} answers 202, {rows.Sum(r => r.Outcomes.Charged)} runs succeeded and charged.");
        return isGood && exitCode == 0;
    }
}
