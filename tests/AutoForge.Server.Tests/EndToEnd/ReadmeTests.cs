using System.Diagnostics;
using System.Text.RegularExpressions;
using AutoForge.Testing;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>What the README tells people to paste works.</summary>
public sealed partial class ReadmeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Address = "http://localhost:5000";

    [Fact]
    public async Task Session_PastedIntoAShell_EndsWithAChargedRun()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "README.md"), TestContext.Current.CancellationToken);
        var session = Assert.Single(BashBlocks().Matches(readme)).Groups[1].Value;
        Assert.Contains(Address, session, StringComparison.Ordinal);

        var (exitCode, output) = await ShellAsync(session.Replace(Address, fixture.Server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal));

        Assert.True(exitCode == 0, output);
        Assert.Contains("\"priceCents\":5", output, StringComparison.Ordinal);
        Assert.Contains("Order 4711 for Grace", output, StringComparison.Ordinal);
        Assert.Contains("\"totalCents\":5", output, StringComparison.Ordinal);
        Assert.Contains("\"availableCents\":95", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> ShellAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
        return (bash.ExitCode, await output + await errors);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlocks();
}
