using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>The figures that the way of a run is to reach on two cores, and whether it did.</summary>
internal static class Verdict
{
    private const int Callers = 64;
    private const double ChargedPerSecond = 4_000;
    private const double CpuPerRun = 0.5;
    private const double EndToEndP99 = 60;
    private const double IdleToActionP50 = 4;

    public static void Print(IReadOnlyList<Row> rows, Report report)
    {
        report.Line();
        if (rows.LastOrDefault(r => r.Name == Callers.ToString(CultureInfo.InvariantCulture)) is { } load)
        {
            AtLeast("charged runs/s at 64 callers", load.Charged, ChargedPerSecond, "0");
            AtMost("CPU per run at 64 callers, all processes, ms", load.TotalCpu, CpuPerRun, "0.000");
            AtMost("end to end p99 at 64 callers, ms", load.EndToEnd.P99, EndToEndP99, "0.0");
        }
        if (rows.LastOrDefault(r => r.Name == Row.Idle) is { } idle)
            AtMost("to action p50 of an idle system, ms", idle.ToAction.P50, IdleToActionP50, "0.0");

        void AtLeast(string what, double measured, double wanted, string format) => Say(measured >= wanted, what, measured, "at least", wanted, format);
        void AtMost(string what, double measured, double wanted, string format) => Say(measured <= wanted, what, measured, "at most", wanted, format);
        void Say(bool isMet, string what, double measured, string bound, double wanted, string format) => report.Line(
            $"{(isMet ? "met    " : "NOT MET")}  {what}: {measured.ToString(format, CultureInfo.InvariantCulture)}, wanted {bound} {wanted.ToString(CultureInfo.InvariantCulture)}");
    }
}
