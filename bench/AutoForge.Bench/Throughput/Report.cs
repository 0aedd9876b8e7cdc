using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>Prints what was measured.</summary>
internal sealed class Report(TextWriter output)
{
    private const int TopStatements = 15;

    public void Begin() => Line(
        """
                  accepted  charged     end to end, ms       to action, ms   CPU, ms per run                    commits  statements  WAL     peak
        callers   /s        /s        p50    p95    p99      p50    p99    server  postgres  bench  total   /run     /run        B/run   MiB
        """);

    public void Print(Row row) => Line(string.Create(CultureInfo.InvariantCulture,
        $"{row.Name,-8} {row.Accepted,9:0} {row.Charged,8:0} {row.EndToEnd.P50,8:0.0} {row.EndToEnd.P95,6:0.0} {row.EndToEnd.P99,6:0.0} {row.ToAction.P50,8:0.0} {row.ToAction.P99,6:0.0} {row.ServerCpu,9:0.000} {row.PostgresCpu,9:0.000} {row.BenchCpu,6:0.000} {row.TotalCpu,6:0.000} {row.Commits,8:0.000} {row.Statements,10:0.00} {row.WalBytes,10:0} {row.PeakMemory >> 20,6}"));

    /// <summary>Where the time of the database goes, from the sample at one number of callers.</summary>
    public void PrintStatements(Row row)
    {
        Line($"\nStatements at {row.Name} callers, sampled: share of their time, ms each, how many of 100");
        var (time, count) = (row.Times.Sum(t => t.Milliseconds), row.Times.Sum(t => t.Count));
        foreach (var statement in row.Times.Take(TopStatements))
        {
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{statement.Milliseconds / time,6:0.0%} {statement.Milliseconds / statement.Count,8:0.000} {100.0 * statement.Count / count,6:0.0}  {statement.Statement}"));
        }
    }

    public void Line(string text = "") => output.WriteLine(text);
}
