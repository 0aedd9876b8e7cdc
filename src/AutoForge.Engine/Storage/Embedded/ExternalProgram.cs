using System.ComponentModel;
using System.Diagnostics;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>Runs a short-lived program of the system to its end.</summary>
internal static class ExternalProgram
{
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe(command, redirectOutput: true))
            ?? throw new InvalidOperationException($"{command[0]} did not start.");
        process.StandardInput.Close();

        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Whether the program is installed and ends with zero.</summary>
    public static async Task<bool> SucceedsAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunAsync(command, cancellationToken)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>
    /// With an environment of its own: the server's holds secrets, and PG* variables would change what PostgreSQL does.
    /// </summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, bool redirectOutput)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            // Every user can enter it; the server's own directory may be closed to the user that the program runs as.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = redirectOutput,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        // Memory that a statement gives back is kept for the next one: asking the system each time costs PostgreSQL a twentieth.
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "67108864";
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "67108864";
        return start;
    }
}
