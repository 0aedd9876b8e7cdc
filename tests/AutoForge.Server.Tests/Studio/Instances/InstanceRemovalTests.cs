using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>Deleting, cancelling, taking out and bringing in: lists change, money stays provable.</summary>
public sealed class InstanceRemovalTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private Viewer _viewer = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _viewer = new Viewer(await server.NewCallerAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Delete_ChargedRun_LeavesTheListsAndKeepsItsReceipt()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Paid", Draw.Webhook(), Viewer.Line()));
        await _viewer.UntilAsync(runId, "Finished");

        Assert.Equal(HttpStatusCode.NoContent, await _viewer.StatusOfAsync(HttpMethod.Delete, $"/elsa/api/workflow-instances/{runId}"));

        Assert.Empty(await _viewer.ListAsync([]));
        Assert.Empty((await _viewer.SendAsync(HttpMethod.Get, "/api/v1/runs", null))["data"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, await _viewer.StatusOfAsync(HttpMethod.Get, $"/elsa/api/workflow-instances/{runId}"));
        Assert.Equal(HttpStatusCode.NotFound, await _viewer.StatusOfAsync(HttpMethod.Delete, $"/elsa/api/workflow-instances/{runId}"));
        var receipt = await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/runs/{runId}/receipt", null);
        Assert.Equal((5, 2), (receipt["totalCents"]!.GetValue<int>(), receipt["entries"]!.AsArray().Count));
        await AssertLedgerIsCleanAsync();
    }

    [Fact]
    public async Task Delete_OpenRun_CancelsItFirstAndGivesItsHoldBack()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Open", Draw.Webhook(), Viewer.Delay()));
        await _viewer.UntilAsync(runId, "Suspended");

        await _viewer.PostAsync("/bulk-actions/delete/workflow-instances/by-id", new JsonObject { ["ids"] = new JsonArray(runId, "no id", Ids.NewId().ToString()) });

        Assert.Equal("Cancelled", (await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/runs/{runId}", null))["status"]!.GetValue<string>());
        var balance = await _viewer.SendAsync(HttpMethod.Get, "/api/credits/balance", null);
        Assert.Equal((100, 0), (balance["availableCents"]!.GetValue<int>(), balance["heldCents"]!.GetValue<int>()));
        await AssertLedgerIsCleanAsync();
    }

    [Fact]
    public async Task BulkCancel_ByIdsVersionOrWorkflow_CancelsThoseAlone()
    {
        var definitionId = await _viewer.CreateAsync(Draw.Chain("Many", Draw.Webhook(), Viewer.Delay()));
        var versionId = (await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/workflows/{definitionId}", null))["id"]!.GetValue<string>();
        var byId = await _viewer.RunAsync(definitionId);
        var byVersion = await _viewer.RunAsync(definitionId);
        await _viewer.SendAsync(HttpMethod.Put, $"/api/v1/workflows/{definitionId}", Draw.Chain("Many", Draw.Webhook(), Viewer.Delay("later")));
        var byWorkflow = await _viewer.RunAsync(definitionId);
        var other = await _viewer.RunAsync(Draw.Chain("Other", Draw.Webhook(), Viewer.Delay()));

        await CancelAsync(new JsonObject());
        Assert.Equal(4, await OpenAsync());
        await CancelAsync(new JsonObject { ["ids"] = new JsonArray(byId) });
        Assert.Equal(3, await OpenAsync());
        await CancelAsync(new JsonObject { ["ids"] = null, ["definitionVersionId"] = versionId });
        Assert.Equal("Cancelled", (await _viewer.GetAsync($"/workflow-instances/{byVersion}"))["subStatus"]!.GetValue<string>());
        Assert.Equal(2, await OpenAsync());
        await CancelAsync(new JsonObject { ["definitionId"] = definitionId, ["versionOptions"] = "AllVersions" });
        Assert.Equal("Cancelled", (await _viewer.GetAsync($"/workflow-instances/{byWorkflow}"))["subStatus"]!.GetValue<string>());

        Assert.Equal([other], await _viewer.ListAsync(new JsonObject { ["statuses"] = new JsonArray("Running") }));
        await AssertLedgerIsCleanAsync();
    }

    [Fact]
    public async Task CancelAllMatches_FromTheList_CancelsWhatTheFilterMeans()
    {
        await _viewer.RunAsync(Draw.Chain("Alpha", Draw.Webhook(), Viewer.Delay()));
        var beta = await _viewer.RunAsync(Draw.Chain("Beta", Draw.Webhook(), Viewer.Delay()));

        await _viewer.PostAsync("/alterations/submit", Cancel(new JsonObject { ["emptyFilterSelectsAll"] = true, ["searchTerm"] = "alpha" }));

        Assert.Equal([beta], await _viewer.ListAsync(new JsonObject { ["statuses"] = new JsonArray("Running") }));
        await _viewer.PostAsync("/alterations/submit", Cancel(new JsonObject { ["emptyFilterSelectsAll"] = false }));
        Assert.Equal(1, await OpenAsync());
        await _viewer.PostAsync("/alterations/submit", Cancel(new JsonObject { ["emptyFilterSelectsAll"] = true }));
        Assert.Equal(0, await OpenAsync());
    }

    [Fact]
    public async Task Import_OfInstances_IsRefusedReadably()
    {
        using var form = new MultipartFormDataContent { { new StringContent("{}"), "files", "run.json" } };

        using var response = await _viewer.Client.PostAsync("/elsa/api/bulk-actions/import/workflow-instances", form, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("cannot be imported", (await response.JsonAsync()).GetProperty("errors").GetProperty("files")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfRuns_IsOneFileOrAZip()
    {
        var runId = await _viewer.RunAsync(Draw.Chain("Export", Draw.Webhook(), Viewer.Line()));
        await _viewer.UntilAsync(runId, "Finished");

        var file = await _viewer.GetAsync($"/workflow-instances/{runId}/export");
        using var zip = await _viewer.Client.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-instances", new { ids = new[] { runId } }, Cancelled);

        Assert.Equal(runId, file["workflowInstance"]!["id"]!.GetValue<string>());
        Assert.Equal((4, 2, 5), (file["journal"]!.AsArray().Count, file["activityExecutions"]!.AsArray().Count, file["run"]!["chargedCents"]!.GetValue<int>()));
        await using var archive = new System.IO.Compression.ZipArchive(await zip.Content.ReadAsStreamAsync(Cancelled));
        Assert.Equal($"run-{runId}.json", Assert.Single(archive.Entries).FullName);
    }

    private static JsonObject Cancel(JsonObject filter) => new() { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Cancel" }), ["filter"] = filter };

    private Task<JsonNode> CancelAsync(JsonObject request) => _viewer.PostAsync("/bulk-actions/cancel/workflow-instances", request);

    private async Task<int> OpenAsync() => (await _viewer.ListAsync(new JsonObject { ["statuses"] = new JsonArray("Running") })).Count;

    private async Task AssertLedgerIsCleanAsync() =>
        Assert.DoesNotContain(await server.Services.GetRequiredService<LedgerVerifier>().VerifyAsync(Cancelled), result => result.Violations > 0);
}
