using System.Diagnostics;
using AutoForge.Testing;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>A program of <c>samples/</c>, run to its end.</summary>
internal static class SampleProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <returns>Exit code, and what it wrote to both outputs.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string sample, params string[] arguments)
    {
        // Built like this test: bin/<configuration>/<framework>.
        var build = Path.GetRelativePath(Path.Combine(RepositoryRoot.Find(), "tests", "AutoForge.Server.Tests"), AppContext.BaseDirectory);
        var directory = Path.Combine(RepositoryRoot.Find(), "samples", sample, build);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(directory, sample + ".dll"), .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in new[] { "AUTOFORGE_ADDRESS", "AUTOFORGE_API_KEY", "CRM_URL" })
            start.Environment.Remove(setting);

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
