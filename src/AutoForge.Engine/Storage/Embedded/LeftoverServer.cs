using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>
/// Processes of an earlier server in the same cluster: one that is still shutting down because its owner was killed, or
/// children whose postmaster was killed. Whoever asks holds the directory's lock, so nobody else needs them.
/// </summary>
internal static class LeftoverServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until they are gone. Those that are not after ten seconds are killed, which is as safe as a power cut: the
    /// write-ahead log brings back every commit.
    /// </summary>
    public static async Task EndAsync(PostgresDirectory directory, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (Find(directory) is { Count: > 0 } leftovers)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                foreach (var id in leftovers)
                    Kill(id);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static List<int> Find(PostgresDirectory directory) =>
        OperatingSystem.IsLinux() ? FindByWorkingDirectory(directory.PhysicalCluster) : FindByPidFile(directory.PidFile);

    /// <summary>Every process of PostgreSQL works in its cluster.</summary>
    private static List<int> FindByWorkingDirectory(string cluster)
    {
        List<int> found = [];
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                if (new FileInfo($"{entry}/cwd").LinkTarget == cluster && File.ReadAllText($"{entry}/comm").TrimEnd() == "postgres")
                    found.Add(id);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or another user's.
            }
        }

        return found;
    }

    private static List<int> FindByPidFile(string pidFile)
    {
        if (!File.Exists(pidFile) || !int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var id))
            return [];
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName == "postgres" ? [id] : [];
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Gone meanwhile.
        }
    }
}
