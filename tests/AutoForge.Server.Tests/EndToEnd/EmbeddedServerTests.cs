using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>The server as the README starts it: with a private PostgreSQL of its own.</summary>
public sealed class EmbeddedServerTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task Start_AfterKill_HasEverythingAndAfterStopLeavesNoDatabaseBehind()
    {
        var settings = new Dictionary<string, string> { ["AutoForge__DataDirectory"] = _directory.Path };
        var pidFile = Path.Combine(_directory.Path, "postgres", "cluster", "postmaster.pid");

        await using var first = await ServerProcess.StartAsync(settings);
        using var account = await first.RegisterAsync();
        var publication = await account.PublishAsync(Draw.Chain("Kept", Draw.Webhook()));
        var path = new Uri(publication["triggers"]![0]!["url"]!.GetValue<string>()).AbsolutePath;
        var accepted = (await account.PostAsync(path, new JsonObject())).Expect(HttpStatusCode.Accepted);
        await first.KillAsync();

        await using var second = await ServerProcess.StartAsync(settings, first.Address.Port);
        var run = await account.EndOfAsync(accepted["runId"]!.GetValue<string>());
        Assert.Equal("Succeeded", run["status"]!.GetValue<string>());
        Assert.Equal(95, await account.AvailableAsync());
        Assert.True(File.Exists(pidFile));
        TestContext.Current.SendDiagnosticMessage(
            "start to first answer: {0:N0} ms with a new database, {1:N0} ms after kill -9", first.StartTime.TotalMilliseconds, second.StartTime.TotalMilliseconds);

        Assert.Equal(0, await second.StopAsync());
        Assert.False(File.Exists(pidFile), "The database outlived its server.");
        Assert.Contains(Directory.GetFiles(Path.Combine(_directory.Path, "keys")), f => f.EndsWith("master.key", StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();
}
