using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>A run of four steps, of which the last failed: <c>IClassFixture&lt;JournaledRun&gt;</c>.</summary>
public sealed class JournaledRun : IAsyncLifetime
{
    private readonly TestServer _server = new();

    internal Viewer Viewer { get; private set; } = null!;

    public string Id { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Viewer = new Viewer(await _server.NewCallerAsync());
        Id = await Viewer.RunAsync(Draw.Chain("Journal", Draw.Webhook(), Viewer.Line("one"), Viewer.Line("two"), Viewer.Failing("three")));
        await Viewer.UntilAsync(Id, "Faulted");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
