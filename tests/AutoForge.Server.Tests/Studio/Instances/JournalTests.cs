using System.Text.Json.Nodes;

namespace AutoForge.Server.Tests.Studio.Instances;

/// <summary>The viewer's journal: filters, counts and pages.</summary>
public sealed class JournalTests(JournaledRun run) : IClassFixture<JournaledRun>
{
    [Theory]
    [InlineData("null", 8)]
    [InlineData("""{"activityIds":null,"activityNodeIds":null,"excludedActivityTypes":["Elsa.Workflow","Elsa.Flowchart"],"eventNames":null}""", 8)]
    [InlineData("""{"activityNodeIds":["Workflow1:flow:one","Workflow1:flow:two"]}""", 4)]
    [InlineData("""{"activityIds":["one"]}""", 2)]
    [InlineData("""{"activityIds":[],"activityNodeIds":[],"eventNames":[],"excludedActivityTypes":[]}""", 8)]
    [InlineData("""{"eventNames":["Started"]}""", 4)]
    [InlineData("""{"eventNames":["Faulted"]}""", 1)]
    [InlineData("""{"excludedActivityTypes":["Elsa.WriteLine"],"eventNames":["Completed"]}""", 1)]
    [InlineData("""{"activityNodeIds":["Workflow1:flow:none"]}""", 0)]
    public async Task Journal_Filtered_CountsWhatTheFilterLetsThrough(string filter, int count)
    {
        var page = await PageAsync(JsonNode.Parse(filter), skip: 0, take: 3);

        Assert.Equal((Math.Min(count, 3), count), (page["items"]!.AsArray().Count, page["totalCount"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Journal_PageByPage_IsTheWholeInOrderOfTime()
    {
        var entries = new List<JsonNode>();
        for (var skip = 0; skip < 8; skip += 3)
            entries.AddRange((await PageAsync(null, skip, take: 3))["items"]!.AsArray().Select(entry => entry!));

        Assert.Equal(
            ["hook Started", "hook Completed", "one Started", "one Completed", "two Started", "two Completed", "three Started", "three Faulted"],
            entries.Select(entry => $"{entry["activityId"]} {entry["eventName"]}"));
        Assert.Equal(8, entries.Select(entry => entry["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(entries.Select(Time).Order(), entries.Select(Time));
        Assert.All(entries, entry => Assert.Equal($"Workflow1:flow:{entry["activityId"]}", entry["nodeId"]!.GetValue<string>()));
    }

    private static DateTimeOffset Time(JsonNode entry) => entry["timestamp"]!.GetValue<DateTimeOffset>();

    private Task<JsonNode> PageAsync(JsonNode? filter, int skip, int take) =>
        run.Viewer.PostAsync($"/workflow-instances/{run.Id}/journal?skip={skip}&take={take}", new JsonObject { ["filter"] = filter });
}
