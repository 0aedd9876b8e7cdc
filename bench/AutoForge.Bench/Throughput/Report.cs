using System.Globalization;
using AutoForge.Bench.Floor;

namespace AutoForge.Bench.Throughput;

/// <summary>Prints what was measured.</summary>
internal sealed class Report(TextWriter output)
{
    private const int TopStatements = 15;

    public void Begin() => Line(
        """
                  accepted  charged     end to end, ms       to action, ms   CPU, ms per run                    other  commits  statements  WAL     peak
        callers   /s        /s        p50    p95    p99      p50    p99    server  postgres  bench  total   CPUs   /run     /run        B/run   MiB
        """);

    public void Print(Row row) => Line(string.Create(CultureInfo.InvariantCulture,
        $"{row.Name,-10} {row.Accepted,7:0} {row.Charged,8:0} {row.EndToEnd.P50,8:0.0} {row.EndToEnd.P95,6:0.0} {row.EndToEnd.P99,6:0.0} "
        + $"{row.ToAction.P50,8:0.0} {row.ToAction.P99,6:0.0} {row.ServerCpu,9:0.000} {row.PostgresCpu,9:0.000} {row.BenchCpu,6:0.000} {row.TotalCpu,6:0.000} "
        + $"{row.OtherCpus,6:0.00} {row.Commits,8:0.000} {row.Statements,10:0.00} {row.WalBytes,8:0} {row.PeakMemory >> 20,7}"));

    public void PrintMemory(IReadOnlyList<Row> rows)
    {
        Line("\nServer's memory: callers, KiB allocated per run, collections per second of generation 0, 1, 2");
        foreach (var row in rows.Skip(1))
        {
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{row.Name,-8} {row.Memory.AllocatedBytes / row.Charged / 1024,8:0.0} {row.Memory.Gen0,8:0.00} {row.Memory.Gen1,8:0.00} {row.Memory.Gen2,8:0.00}"));
        }
    }

    /// <summary>The floor, and how we stand to it.</summary>
    /// <param name="load">The row whose speed is compared.</param>
    /// <param name="idle">The row whose time to action is compared.</param>
    public void PrintFloor(FloorFigures floor, Row load, Row idle)
    {
        Line($"\nFloor: per second, CPU ms each of the serving part and of the bench, and our charged runs at {load.Name} callers as a part of it");
        foreach (var f in floor.Rates)
        {
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{f.Name,-28} {f.PerSecond,8:0} {f.ServerCpu,8:0.000} {f.ClientCpu,8:0.000} {load.Charged / f.PerSecond,8:0.00}"));
        }
        Line(string.Create(CultureInfo.InvariantCulture,
            $"one durable commit alone: {floor.CommitMilliseconds:0.00} ms; the idle system's p50 to action is {idle.ToAction.P50 / floor.CommitMilliseconds:0.0} of them"));
    }

    /// <summary>Where the time of the database goes, from the sample at one number of callers.</summary>
    public void PrintStatements(Row row)
    {
        Line($"\nStatements at {row.Name} callers, sampled: share of their time, ms each, how many of 100, how many of these unprepared");
        var (time, count) = (row.Times.Sum(t => t.Milliseconds), row.Times.Sum(t => t.Count));
        foreach (var statement in row.Times.Take(TopStatements))
        {
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{statement.Milliseconds / time,6:0.0%} {statement.Milliseconds / statement.Count,8:0.000} {100.0 * statement.Count / count,6:0.0} {100.0 * statement.Unprepared / count,6:0.0}  {statement.Statement}"));
        }
    }

    /// <summary>A figure beside what it is to be.</summary>
    /// <param name="isLeast">Whether <paramref name="wanted"/> is the least; otherwise the most.</param>
    /// <param name="note">Behind it.</param>
    public void Judge(string what, double measured, bool isLeast, double wanted, string format = "0.00", string note = "")
    {
        var isMet = isLeast ? measured >= wanted : measured <= wanted;
        Line($"{(isMet ? "met    " : "NOT MET")}  {what}: {Text(measured)}, wanted at {(isLeast ? "least" : "most")} {Text(wanted)}{note}");

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    public void Line(string text = "") => output.WriteLine(text);
}
