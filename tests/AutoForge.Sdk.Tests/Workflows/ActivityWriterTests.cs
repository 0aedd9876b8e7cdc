using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Email;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Http;
using AutoForge.Activities.Triggers;
using AutoForge.Expressions;
using AutoForge.Workflows;

namespace AutoForge.Sdk.Tests.Workflows;

/// <summary>How properties of activity classes become JSON.</summary>
public sealed class ActivityWriterTests
{
    [Fact]
    public void Write_ListLiteral_IsJsonTextAsDesignersEditIt() => AssertProperty(
        new Webhook { Methods = Expression.Literal<string[]>(["GET", "POST"]) }, "methods",
        """{"typeName": "ICollection<String>", "expression": {"type": "Object", "value": "[\"GET\",\"POST\"]"}}""");

    [Fact]
    public void Write_ListLiteralForAnInputOfAnything_StaysAList() => AssertProperty(
        new SendEmail { To = Expression.Literal<string[]>(["a@example.com"]) }, "to",
        """{"typeName": "Object", "expression": {"type": "Literal", "value": ["a@example.com"]}}""");

    [Fact]
    public void Write_EnumLiteral_IsItsName() => AssertProperty(
        new FlowJoin { Mode = FlowJoinMode.WaitAll }, "mode",
        """{"typeName": "String", "expression": {"type": "Literal", "value": "WaitAll"}}""");

    [Fact]
    public void Write_PlainEnum_IsItsName() => AssertProperty(new Fork { JoinMode = ForkJoinMode.WaitAny }, "joinMode", "\"WaitAny\"");

    [Fact]
    public void Write_BoundOutput_IsAReference() => AssertProperty(
        new HttpRequest { StatusCode = new Output<int> { Target = "status" } }, "statusCode",
        """{"typeName": "Int32", "memoryReference": {"id": "status"}}""");

    [Theory]
    [InlineData("url")]
    [InlineData("statusCode")]
    public void Write_UnsetInputOrUnboundOutput_IsLeftOut(string property) =>
        Assert.Null(Written(new HttpRequest { Url = new Input<string>(), StatusCode = new Output<int>() })[property]);

    [Fact]
    public void Write_CasesOfASwitch_AreRawWithTheirActivities()
    {
        var written = Written(new Switch
        {
            Cases = [new SwitchCase { Label = "gold", Condition = Expression.Template("true"), Activity = new WriteLine { Name = "rich" } }],
            Default = new WriteLine(),
        });

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(
            """
            {"label": "gold", "condition": {"type": "Template", "value": "true"},
             "activity": {"id": "rich", "name": "rich", "type": "Elsa.WriteLine", "version": 1, "customProperties": {}}}
            """), written["cases"]![0]), written.ToJsonString());
        Assert.Equal("WriteLine1", written["default"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public void Write_FlowchartInsideALoop_KeepsItsLines()
    {
        var written = Written(new ForEach
        {
            Items = Expression.Literal<int[]>([1, 2]),
            Body = new Flowchart
            {
                Activities = [new WriteLine { Id = "a" }, new WriteLine { Id = "b" }],
                Connections = [new FlowConnection("a", "Done", "b")],
            },
        });

        var body = written["body"]!;
        Assert.Equal(["a", "b"], body["activities"]!.AsArray().Select(a => a!["id"]!.GetValue<string>()));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""[{"source": {"activity": "a", "port": "Done"}, "target": {"activity": "b", "port": "In"}}]"""), body["connections"]), body.ToJsonString());
    }

    [Fact]
    public void Write_CustomProperties_AreCopied()
    {
        var activity = new Webhook { CustomProperties = new JsonObject { ["mergeMode"] = "Race" } };

        var written = Written(activity);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"mergeMode": "Race", "canStartWorkflow": true}"""), written["customProperties"]));
        Assert.Single(activity.CustomProperties);
    }

    private static JsonObject Written(Activity activity) =>
        (JsonObject)Workflow.Named("x").StartsWith(activity).Build().Root!["activities"]![0]!;

    private static void AssertProperty(Activity activity, string property, string json)
    {
        var written = Written(activity)[property];

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), written), written?.ToJsonString() ?? "absent");
    }
}
