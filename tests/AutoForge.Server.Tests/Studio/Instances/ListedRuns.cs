using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>One account with one run in each state: <c>IClassFixture&lt;ListedRuns&gt;</c>.</summary>
public sealed class ListedRuns : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly Dictionary<string, string> _ids = [];

    internal Viewer Viewer { get; private set; } = null!;

    /// <summary>Of the run that succeeded.</summary>
    public string DefinitionId { get; private set; } = "";

    public string this[string name] => _ids[name];

    public string NameOf(string id) => _ids.Single(run => run.Value == id).Key;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Viewer = new Viewer(await _server.NewCallerAsync());
        DefinitionId = await Viewer.CreateAsync(Draw.Chain("Order desk", Draw.Webhook(), Viewer.Line()));
        await AddAsync("succeeded", DefinitionId, "Finished");
        await AddAsync("waiting", await Viewer.CreateAsync(Draw.Chain("Reminder", Draw.Webhook(), Viewer.Delay())), "Suspended");
        await AddAsync("failed", await Viewer.CreateAsync(Draw.Chain("Caller", Draw.Webhook(), Viewer.Failing())), "Faulted");
        await AddAsync("cancelled", await Viewer.CreateAsync(Draw.Chain("Stopped", Draw.Webhook(), Viewer.Delay())), "Suspended");
        await Viewer.PostAsync($"/cancel/workflow-instances/{_ids["cancelled"]}", new JsonObject());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AddAsync(string name, string definitionId, string subStatus)
    {
        _ids[name] = await Viewer.RunAsync(definitionId);
        await Viewer.UntilAsync(_ids[name], subStatus);
    }
}
