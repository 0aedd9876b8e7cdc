using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>Studio's list of instances (contract 4.3).</summary>
public sealed class InstanceListTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly Dictionary<string, string> _runs = [];
    private Viewer _viewer = null!;
    private string _definitionId = "";

    public async ValueTask InitializeAsync()
    {
        _viewer = new Viewer(await server.NewCallerAsync());
        _definitionId = await _viewer.CreateAsync(Draw.Chain("Order desk", Draw.Webhook(), Viewer.Line()));
        await AddAsync("succeeded", _definitionId, "Finished");
        await AddAsync("waiting", await _viewer.CreateAsync(Draw.Chain("Reminder", Draw.Webhook(), Viewer.Delay())), "Suspended");
        await AddAsync("failed", await _viewer.CreateAsync(Draw.Chain("Caller", Draw.Webhook(), Viewer.Failing())), "Faulted");
        await AddAsync("cancelled", await _viewer.CreateAsync(Draw.Chain("Stopped", Draw.Webhook(), Viewer.Delay())), "Suspended");
        await _viewer.PostAsync($"/cancel/workflow-instances/{_runs["cancelled"]}", new JsonObject());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("{}", "cancelled,failed,waiting,succeeded")]
    [InlineData("""{"statuses":[],"subStatuses":[],"definitionIds":[],"timestampFilters":[],"isSystem":false}""", "cancelled,failed,waiting,succeeded")]
    [InlineData("""{"statuses":["Running"]}""", "waiting")]
    [InlineData("""{"statuses":["Finished"]}""", "cancelled,failed,succeeded")]
    [InlineData("""{"subStatuses":["Faulted","Cancelled"]}""", "cancelled,failed")]
    [InlineData("""{"statuses":["Running"],"subStatuses":["Faulted"]}""", "")]
    [InlineData("""{"hasIncidents":true}""", "failed")]
    [InlineData("""{"hasIncidents":false,"statuses":["Finished"]}""", "cancelled,succeeded")]
    [InlineData("""{"isSystem":true}""", "")]
    [InlineData("""{"searchTerm":"order DESK"}""", "succeeded")]
    [InlineData("""{"searchTerm":"no such text"}""", "")]
    [InlineData("""{"orderBy":"Created","orderDirection":"Ascending"}""", "succeeded,waiting,failed,cancelled")]
    [InlineData("""{"orderBy":"Finished","orderDirection":"Ascending","statuses":["Finished"]}""", "succeeded,failed,cancelled")]
    [InlineData("""{"orderBy":"LastExecuted","orderDirection":"Descending","pageSize":1}""", "cancelled")]
    [InlineData("""{"page":1,"pageSize":3}""", "succeeded")]
    [InlineData("""{"page":7,"pageSize":3}""", "")]
    [InlineData("""{"timestampFilters":[{"column":"CreatedAt","operator":"GreaterThan","timestamp":"2001-01-01T00:00:00+00:00"}],"subStatuses":["Suspended"]}""", "waiting")]
    [InlineData("""{"timestampFilters":[{"column":"CreatedAt","operator":"LessThanOrEqual","timestamp":"2001-01-01T00:00:00+00:00"}]}""", "")]
    [InlineData("""{"timestampFilters":[{"column":"FinishedAt","operator":"IsNot","timestamp":"2001-01-01T00:00:00+00:00"}],"hasIncidents":true}""", "failed")]
    public async Task List_Filtered_HoldsTheMatchesInOrder(string request, string expected)
    {
        var found = await _viewer.ListAsync(JsonNode.Parse(request)!.AsObject());

        Assert.Equal(expected, string.Join(',', found.Select(id => _runs.Single(run => run.Value == id).Key)));
    }

    [Fact]
    public async Task List_ByIdWorkflowOrPage_CountsAllThatMatch()
    {
        Assert.Equal([_runs["failed"]], await _viewer.ListAsync(new JsonObject { ["searchTerm"] = _runs["failed"][^12..] }));
        Assert.Equal([_runs["succeeded"]], await _viewer.ListAsync(new JsonObject { ["definitionIds"] = new JsonArray(_definitionId) }));

        var page = await _viewer.PostAsync("/workflow-instances", new JsonObject { ["page"] = 9, ["pageSize"] = 2, ["statuses"] = new JsonArray("Finished") });

        Assert.Equal((0, 3), (page["items"]!.AsArray().Count, page["totalCount"]!.GetValue<int>()));
    }

    [Fact]
    public async Task List_Item_HasWhatTheRowShows()
    {
        var page = await _viewer.PostAsync("/workflow-instances", new JsonObject { ["hasIncidents"] = true });

        var row = Assert.Single(page["items"]!.AsArray())!;
        Assert.Equal(("Finished", "Faulted", 1), (row["status"]!.GetValue<string>(), row["subStatus"]!.GetValue<string>(), row["incidentCount"]!.GetValue<int>()));
        var workflow = await _viewer.SendAsync(HttpMethod.Get, $"/api/v1/workflows/{row["definitionId"]}", null);
        Assert.Equal(workflow["id"]!.GetValue<string>(), row["definitionVersionId"]!.GetValue<string>());
    }

    private async Task AddAsync(string name, string definitionId, string subStatus)
    {
        _runs[name] = await _viewer.RunAsync(definitionId);
        await _viewer.UntilAsync(_runs[name], subStatus);
    }
}
