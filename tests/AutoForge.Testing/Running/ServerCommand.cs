using System.Diagnostics;

namespace AutoForge.Testing.Running;

/// <summary>The server's program, called as a command that ends by itself.</summary>
public static class ServerCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <returns>The exit code, and everything on both outputs.</returns>
    public static Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        RunAsync(settings, Limit, arguments);

    /// <param name="limit">How long it may take.</param>
    /// <inheritdoc cref="RunAsync(IReadOnlyDictionary{string, string}, string[])"/>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> settings, TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ServerProgram.Path, .. arguments])
        {
            WorkingDirectory = PostgresServer.ContentRoot,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The command did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(limit);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }
}
