using System.Diagnostics;
using System.Globalization;

namespace AutoForge.Reliability.Nodes;

/// <summary>Signals to processes that this program has started.</summary>
internal static class Signals
{
    /// <param name="name">Such as <c>KILL</c> or <c>STOP</c>.</param>
    /// <returns>False when there is no such process any more.</returns>
    public static async Task<bool> SendAsync(int processId, string name)
    {
        // The shell's own kill: a program of that name is not on every machine.
        using var kill = Process.Start(new ProcessStartInfo("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {processId}")])
        {
            RedirectStandardError = true,
        })!;
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }
}
