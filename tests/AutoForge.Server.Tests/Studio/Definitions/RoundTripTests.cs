using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>What is opened and saved in Studio stays what it was, but for what somebody changed.</summary>
public sealed class RoundTripTests(TestServer server) : IClassFixture<TestServer>
{
    // Trap 1: a step without a descriptor blanks the canvas, and the next save would lose everything.
    [Fact]
    public async Task UnknownStep_ThroughAnEdit_IsKeptAndShown()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var alien = JsonNode.Parse("""
            {
              "id": "alien", "name": "Alien1", "type": "Acme.Unknown", "version": 4, "strange": {"deep": [1, null, {"type": "Acme.Inner"}]},
              "metadata": {"designer": {"position": {"x": 10, "y": 20}}, "displayText": "From elsewhere"},
              "body": {"id": "inner", "type": "Acme.Inner", "version": 2}
            }
            """)!.AsObject();
        var hook = Draw.Webhook();
        var say = Draw.Activity("say", "Elsa.WriteLine");
        var canvas = await designer.ImportedAsync(Draw.Flowchart("Mixed", [hook, (JsonObject)alien.DeepClone(), say],
            [Draw.Connect(hook, "Done", alien), Draw.Connect(alien, "Beamed up", say)]));
        var shown = Designer.Step(canvas, "alien");
        Assert.Equal(("Elsa.NotFoundActivity", 1, "Workflow1:flow:alien"), (
            shown["type"]!.GetValue<string>(), shown["version"]!.GetValue<int>(), shown["nodeId"]!.GetValue<string>()));
        Assert.Equal("From elsewhere", shown["metadata"]!["displayText"]!.GetValue<string>());
        // Its ways out are drawn, or the canvas would drop the lines.
        Assert.Equal("""["Beamed up"]""", shown["ways"]!["expression"]!["value"]!.GetValue<string>());

        shown["metadata"]!["designer"]!["position"]!["x"] = 300;
        Designer.Step(canvas, "say")["name"] = "Changed";
        var saved = await designer.SavedAsync(canvas);
        var stored = await designer.StoredAsync(saved);

        Assert.Equal("Elsa.NotFoundActivity", Designer.Step(saved, "alien")["type"]!.GetValue<string>());
        alien["metadata"]!["designer"]!["position"]!["x"] = 300;
        Assert.True(JsonNode.DeepEquals(alien, Designer.Step(stored, "alien")), Designer.Step(stored, "alien").ToJsonString());
        Assert.Equal(2, stored["root"]!["connections"]!.AsArray().Count);
    }

    // Trap 1: each of these blanks the canvas without any error.
    [Fact]
    public async Task Document_WithGaps_IsFilledForTheCanvas()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var document = JsonNode.Parse("""
            {
              "name": "Gaps", "options": null, "customProperties": null, "variables": null, "inputs": "none", "toolVersion": "1.0-beta", "description": 7,
              "root": {
                "type": "Elsa.Flowchart",
                "activities": [
                  {"id": "a", "type": "Elsa.WriteLine", "metadata": null, "text": "plain"},
                  {"id": "b", "type": "Elsa.WriteLine", "version": 3, "customProperties": null, "text": null},
                  {"type": "Elsa.WriteLine"}
                ],
                "connections": [
                  {"source": {"activity": "a", "port": "Done"}, "target": {"activity": "b", "port": "In"}, "vertices": null},
                  {"source": "b", "sourcePort": "Done", "target": "activity4"}
                ]
              }
            }
            """)!.AsObject();

        var canvas = await designer.ImportedAsync(document);

        Assert.DoesNotContain(":null", canvas.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(canvas["toolVersion"]);
        Assert.All(Designer.StepsOf(canvas), step => Assert.Equal(1, step!["version"]!.GetValue<int>()));
        Assert.Equal(["Workflow1:activity1:a", "Workflow1:activity1:b", "Workflow1:activity1:activity4"],
            Designer.StepsOf(canvas).Select(step => step!["nodeId"]!.GetValue<string>()));
        Assert.Equal(3, Designer.StepsOf(canvas).Select(step => step!["metadata"]!["designer"]!["position"]!["x"]!.ToString()).Distinct().Count());
        Assert.All(canvas["root"]!["connections"]!.AsArray(), line =>
        {
            Assert.Empty(line!["vertices"]!.AsArray());
            Assert.NotNull(line["source"]!["activity"]);
        });
        Assert.Equal("plain", Designer.Step(canvas, "a")["text"]!["expression"]!["value"]!.GetValue<string>());
        var stored = await designer.StoredAsync(await designer.SavedAsync(canvas));
        Assert.Equal("plain", Designer.Step(stored, "a")["text"]!.GetValue<string>());
        Assert.Equal(3, Designer.Step(stored, "b")["version"]!.GetValue<int>());
        Assert.Equal("1.0-beta", stored["toolVersion"]!.GetValue<string>());
    }

    [Fact]
    public async Task PropertiesThatStudioDoesNotKnow_ThroughAnEdit_Survive()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var document = Draw.Chain("Rich", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine"));
        document["ours"] = new JsonObject { ["a"] = 1 };
        document["options"] = JsonNode.Parse("""{"incidentStrategyType": "Elsa.X", "theirs": [1]}""");
        document["customProperties"] = JsonNode.Parse("""{"successCondition": {"type": "Template", "value": "{{ trigger.body.ok }}"}}""");
        document["variables"] = JsonNode.Parse("""
            [{"id": "v1", "name": "Count", "typeName": "Int32", "value": 5, "unit": "kg"}, {"id": "v2", "name": "List", "typeName": "Object", "value": [1, {"x": "ä"}]}, {"id": "v3", "name": "On", "typeName": "Boolean", "value": true}]
            """);
        document["root"]!["activities"]![1]!["extra"] = "kept";
        var canvas = await designer.ImportedAsync(document);
        var before = await designer.StoredAsync(canvas);

        // Studio writes values of variables as text.
        canvas["variables"]![0]!["value"] = "5";
        canvas["variables"]![1]!["value"] = """[1,{"x":"ä"}]""";
        canvas["variables"]![2]!["value"] = "True";
        canvas["name"] = "Renamed";
        var after = await designer.StoredAsync(await designer.SavedAsync(canvas));

        Assert.Equal("Renamed", after["name"]!.GetValue<string>());
        foreach (var name in new[] { "ours", "options", "customProperties", "variables" })
            Assert.True(JsonNode.DeepEquals(before[name], after[name]), $"{name}: {after[name]?.ToJsonString()}");
        Assert.Equal("kept", Designer.Step(after, "say")["extra"]!.GetValue<string>());
        canvas["variables"]![0]!["value"] = "6";
        canvas["options"]!["incidentStrategyType"] = null;
        after = await designer.StoredAsync(await designer.SavedAsync(canvas));
        Assert.Equal("6", after["variables"]![0]!["value"]!.GetValue<string>());
        Assert.Equal("kg", after["variables"]![0]!["unit"]!.GetValue<string>());
        Assert.Null(after["options"]!["incidentStrategyType"]);
    }

    [Fact]
    public async Task TextWithPlaces_TypedIntoATextBox_IsATemplateAndWorksInARun()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.ImportedAsync(Draw.Chain("Hello", Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("say", "Elsa.WriteLine")));

        Designer.Step(canvas, "say")["text"] = Typed("Literal", "Hello {{ trigger.input.name }}");
        var saved = await designer.SavedAsync(canvas, publish: true);
        var run = (await account.PostAsync($"/api/v1/workflows/{Designer.IdOf(saved)}/run", new JsonObject { ["input"] = new JsonObject { ["name"] = "Ada" } })).Expect(HttpStatusCode.Accepted);

        Assert.Equal("Template", Designer.Step(await designer.StoredAsync(saved), "say")["text"]!["expression"]!["type"]!.GetValue<string>());
        Assert.Equal("Literal", Designer.Step(saved, "say")["text"]!["expression"]!["type"]!.GetValue<string>());
        Assert.Equal("Succeeded", (await account.EndOfAsync(run["runId"]!.GetValue<string>()))["status"]!.GetValue<string>());
        Assert.Equal("Hello Ada", (await account.StepsAsync(run["runId"]!.GetValue<string>()))[1]!["input"]!["text"]!.GetValue<string>());
    }

    // Contract 5.4: a picked connection is a reference to a secret, and ours are named by a literal.
    [Fact]
    public async Task Connection_PickedOrNamed_IsTheSameThing()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.ImportedAsync(Draw.Chain("Mail", Draw.Webhook(), Draw.Activity("mail", "AutoForge.SendEmail", ("connection", Draw.Literal("Support mail")))));
        var shown = Designer.Step(canvas, "mail")["connection"]!["expression"]!;
        Assert.Equal("Secret", shown["type"]!.GetValue<string>());
        Assert.Equal("Support mail", JsonNode.Parse(shown["value"]!.GetValue<string>())!["name"]!.GetValue<string>());

        Designer.Step(canvas, "mail")["connection"] = Typed("Secret", """{"name":"Other mail","typeName":"smtp","scope":null}""");
        var stored = await designer.StoredAsync(await designer.SavedAsync(canvas));
        Assert.Equal("""{"type":"Literal","value":"Other mail"}""", Designer.Step(stored, "mail")["connection"]!["expression"]!.ToJsonString());

        Designer.Step(canvas, "mail")["connection"] = Typed("Secret", "");
        stored = await designer.StoredAsync(await designer.SavedAsync(canvas));
        Assert.Null(Designer.Step(stored, "mail")["connection"]);
    }

    [Fact]
    public async Task NestedStep_OfALoop_IsFoundByItsPath()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var loop = Draw.Activity("loop", "Elsa.ForEach");
        loop["body"] = JsonNode.Parse("""{"id": "inner", "type": "Elsa.Flowchart", "version": 1, "activities": [{"id": "say", "type": "Elsa.WriteLine", "version": 1}], "connections": []}""");
        var canvas = await designer.ImportedAsync(Draw.Chain("Loop", Draw.Webhook(), loop));

        var path = (await designer.GetAsync($"/workflow-definitions/subgraph/segments/{canvas["id"]}?childNodeId=Workflow1:flow:loop:inner:say")).Expect(HttpStatusCode.OK);
        var graph = (await designer.GetAsync($"/workflow-definitions/subgraph/{canvas["id"]}?parentNodeId=Workflow1:flow:loop")).Expect(HttpStatusCode.OK);

        Assert.Equal("say", path["childNode"]!["activity"]!["id"]!.GetValue<string>());
        Assert.Equal("loop", path["container"]!["activity"]!["id"]!.GetValue<string>());
        Assert.Equal("""[{"activityNodeId":"Workflow1:flow:loop","activityId":"loop","activityType":"Elsa.ForEach","portName":"Body"}]""", path["pathSegments"]!.ToJsonString());
        Assert.Equal("inner", graph["activity"]!["body"]!["id"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await designer.GetAsync($"/workflow-definitions/subgraph/segments/{canvas["id"]}?childNodeId=nowhere")).Status);
    }

    private static JsonObject Typed(string type, string value) => new()
    {
        ["typeName"] = null,
        ["expression"] = new JsonObject { ["type"] = type, ["value"] = value },
        ["memoryReference"] = null,
    };
}
