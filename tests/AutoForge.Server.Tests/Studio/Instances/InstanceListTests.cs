using System.Text.Json.Nodes;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>Studio's list of instances (contract 4.3).</summary>
public sealed class InstanceListTests(ListedRuns runs) : IClassFixture<ListedRuns>
{
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
        var found = await runs.Viewer.ListAsync(JsonNode.Parse(request)!.AsObject());

        Assert.Equal(expected, string.Join(',', found.Select(id => runs.NameOf(id))));
    }

    [Fact]
    public async Task List_ByIdWorkflowOrPage_CountsAllThatMatch()
    {
        Assert.Equal([runs["failed"]], await runs.Viewer.ListAsync(new JsonObject { ["searchTerm"] = runs["failed"][^12..] }));
        Assert.Equal([runs["succeeded"]], await runs.Viewer.ListAsync(new JsonObject { ["searchTerm"] = runs.DefinitionId }));
        Assert.Equal([runs["succeeded"]], await runs.Viewer.ListAsync(new JsonObject { ["definitionIds"] = new JsonArray(runs.DefinitionId) }));

        var page = await runs.Viewer.PostAsync("/workflow-instances", new JsonObject { ["page"] = 9, ["pageSize"] = 2, ["statuses"] = new JsonArray("Finished") });

        Assert.Equal((0, 3), (page["items"]!.AsArray().Count, page["totalCount"]!.GetValue<int>()));
    }

    [Fact]
    public async Task List_Item_HasWhatTheRowShows()
    {
        var page = await runs.Viewer.PostAsync("/workflow-instances", new JsonObject { ["hasIncidents"] = true });

        var row = Assert.Single(page["items"]!.AsArray())!;
        Assert.Equal(("Finished", "Faulted", 1), (row["status"]!.GetValue<string>(), row["subStatus"]!.GetValue<string>(), row["incidentCount"]!.GetValue<int>()));
        var workflow = await runs.Viewer.SendAsync(HttpMethod.Get, $"/api/v1/workflows/{row["definitionId"]}", null);
        Assert.Equal(workflow["id"]!.GetValue<string>(), row["definitionVersionId"]!.GetValue<string>());
    }
}
