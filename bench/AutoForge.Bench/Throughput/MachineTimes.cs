using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>What all CPUs together have done since the start of the machine, from <c>/proc/stat</c>.</summary>
internal static class MachineTimes
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Time in which a CPU worked for anybody, or was taken by the host of a virtual machine.</summary>
    public static TimeSpan Busy()
    {
        // cpu user nice system idle iowait irq softirq steal …
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long Ticks(int place) => long.Parse(fields[place], CultureInfo.InvariantCulture);
        return Tick * (Ticks(1) + Ticks(2) + Ticks(3) + Ticks(6) + Ticks(7) + Ticks(8));
    }
}
