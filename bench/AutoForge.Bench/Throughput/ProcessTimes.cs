using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>CPU time and memory of other processes, from <c>/proc</c>.</summary>
internal static class ProcessTimes
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>User and system time of a process with all its threads.</summary>
    public static TimeSpan Of(int process) => Read(process) is { } fields ? Own(fields) : TimeSpan.Zero;

    /// <summary>A process, its children, and the children that have ended: a PostgreSQL server with its backends and workers.</summary>
    public static TimeSpan OfFamily(int parent)
    {
        var total = Read(parent) is { } fields ? Own(fields) + Ended(fields) : TimeSpan.Zero;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var process)
                && Read(process) is { } child && Number(child, 1) == parent)
            {
                total += Own(child);
            }
        }
        return total;
    }

    /// <summary>Bytes of memory that the process has used at most since <see cref="ForgetPeak"/>.</summary>
    public static long PeakMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["VmHWM:".Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Fields of <c>stat</c> from the third on: the second, the name, may hold anything.</summary>
    private static string[]? Read(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static TimeSpan Own(string[] fields) => Tick * (Number(fields, 11) + Number(fields, 12));

    private static TimeSpan Ended(string[] fields) => Tick * (Number(fields, 13) + Number(fields, 14));

    private static long Number(string[] fields, int place) => long.Parse(fields[place], CultureInfo.InvariantCulture);
}
