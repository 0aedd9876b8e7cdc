using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Http;
using AutoForge.Activities.Triggers;
using AutoForge.Expressions;
using AutoForge.Workflows;

namespace AutoForge.Sdk.Tests.Workflows;

public sealed class WorkflowBuilderTests
{
    [Fact]
    public void Build_TwoSteps_IsThisDocument()
    {
        var workflow = Workflow.Named("Order desk")
            .StartsWith(new Webhook(), name: "order")
            .Then(new HttpRequest { Method = "POST", Url = Expression.Template("https://crm.example.com/{{ trigger.body.number }}"), TimeoutSeconds = 10 }, name: "crm")
            .Build();

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(
            """
            {
              "$schema": "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json",
              "name": "Order desk",
              "variables": [], "inputs": [], "outputs": [],
              "root": {
                "id": "flow", "name": "Flowchart1", "type": "Elsa.Flowchart", "version": 1,
                "activities": [
                  {
                    "id": "order", "name": "order", "type": "AutoForge.Webhook", "version": 1,
                    "customProperties": {"canStartWorkflow": true},
                    "metadata": {"designer": {"position": {"x": 0, "y": 0}}}
                  },
                  {
                    "id": "crm", "name": "crm", "type": "AutoForge.HttpRequest", "version": 1,
                    "customProperties": {},
                    "metadata": {"designer": {"position": {"x": 220, "y": 0}}},
                    "method": {"typeName": "String", "expression": {"type": "Literal", "value": "POST"}},
                    "url": {"typeName": "String", "expression": {"type": "Template", "value": "https://crm.example.com/{{ trigger.body.number }}"}},
                    "timeoutSeconds": {"typeName": "Int32", "expression": {"type": "Literal", "value": 10}}
                  }
                ],
                "connections": [
                  {"source": {"activity": "order", "port": "Done"}, "target": {"activity": "crm", "port": "In"}, "vertices": []}
                ]
              }
            }
            """), workflow.Document), workflow.ToJson());
    }

    [Fact]
    public void Build_Branches_AreConnectedAndNeverOverlap()
    {
        var workflow = Workflow.Named("Branches")
            .StartsWith(new Webhook(), name: "hook")
            .Then(new FlowDecision { Condition = true }, name: "big")
            .On("False", small => small
                .Then(new HttpRequest { Url = "https://a.example" }, name: "small")
                .On("Failed", failed => failed.Then(Line(), name: "sorry"))
                .GoesTo("end"))
            .Then(new HttpRequest { Url = "https://b.example" }, name: "large", after: "True")
            .On("Failed", failed => failed.GoesTo("big"))
            .Then(Line(), name: "end")
            .Build();

        Assert.Equal(
            ["hook.Done > big", "big.False > small", "small.Failed > sorry", "small.Done > end", "big.True > large", "large.Failed > big", "large.Done > end"],
            Lines(workflow));
        Assert.Equal(["hook 0,0", "big 220,0", "small 440,120", "sorry 660,240", "large 440,0", "end 660,0"], Positions(workflow));
    }

    [Fact]
    public void Build_SeveralStarts_LeadToTheSameStep()
    {
        var workflow = Workflow.Named("Starts").StartsWith(new Webhook(), "hook").StartsWith(new Manual(), "hand").Then(Line(), "line").Build();

        Assert.Equal(["hook.Done > line", "hand.Done > line"], Lines(workflow));
        Assert.Equal(["hook 0,0", "hand 0,120", "line 220,0"], Positions(workflow));
        Assert.All(Activities(workflow).Take(2), trigger => Assert.True(trigger["customProperties"]!["canStartWorkflow"]!.GetValue<bool>()));
    }

    [Fact]
    public void Build_StartThatIsNoTrigger_DoesNotStartRunsByItself()
    {
        var workflow = Workflow.Named("Plain").StartsWith(Line()).Build();

        Assert.Empty(Assert.Single(Activities(workflow))["customProperties"]!.AsObject());
    }

    [Fact]
    public void Build_NamesAndIds_AreMadeFromWhatThereIs()
    {
        var workflow = Workflow.Named("Names")
            .Then(Line())
            .Then(Line())
            .Then(new WriteLine { Name = "own", Id = "own-id" })
            .Then(Line(), name: "to the CRM: ö")
            .Then(Line(), name: "to the CRM, ö")
            .Build();

        Assert.Equal(
            [("WriteLine1", "WriteLine1"), ("WriteLine2", "WriteLine2"), ("own-id", "own"), ("to-the-CRM---", "to the CRM: ö"), ("to-the-CRM----2", "to the CRM, ö")],
            Activities(workflow).Select(a => (a["id"]!.GetValue<string>(), a["name"]!.GetValue<string>())));
    }

    [Fact]
    public void Build_Declarations_AreWrittenAsElsaDoes()
    {
        var workflow = Workflow.Named("Declarations")
            .WithId("declarations").DescribedAs("Has some.").With("options", new JsonObject { ["usableAsActivity"] = true })
            .WithVariable(new Variable("total", "Total", 1.5m, "Decimal"))
            .WithVariable(new Variable("names", "Names", new[] { "a" }, "String[]"))
            .WithInput("customer", "String").WithOutput("receipt")
            .Then(new SetVariable { Variable = new Variable("total", "Total", TypeName: "Decimal"), Value = Expression.Literal(2) })
            .Build();

        const string Driver = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core";
        var document = workflow.Document;
        Assert.Equal(("declarations", "Has some."), (workflow.DefinitionId, workflow.Description));
        Assert.True(document["options"]!["usableAsActivity"]!.GetValue<bool>());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(
            $$"""
            [{"id": "total", "name": "Total", "typeName": "Decimal", "isArray": false, "value": "1.5", "storageDriverTypeName": "{{Driver}}"},
             {"id": "names", "name": "Names", "typeName": "String", "isArray": true, "value": "[\"a\"]", "storageDriverTypeName": "{{Driver}}"}]
            """), document["variables"]), workflow.ToJson());
        Assert.Equal(("customer", "String"), (document["inputs"]![0]!["name"]!.GetValue<string>(), document["inputs"]![0]!["type"]!.GetValue<string>()));
        Assert.Equal(("receipt", "Object"), (document["outputs"]![0]!["name"]!.GetValue<string>(), document["outputs"]![0]!["type"]!.GetValue<string>()));
        Assert.Equal("total", Activities(workflow)[0]["variable"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public void Build_Twice_GivesTwoDocuments()
    {
        var builder = Workflow.Named("Twice").Then(Line());

        var first = builder.Build();
        var second = builder.Then(Line()).Build();
        second.Root!["activities"]![0]!["name"] = "changed";

        Assert.Equal("WriteLine1", Assert.Single(Activities(first))["name"]!.GetValue<string>());
        Assert.Equal(2, Activities(second).Count);
    }

    [Fact]
    public void Draw_WhatCannotBe_ThrowsAndSaysWhy()
    {
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => Workflow.Named("x").Then(Line(), "a").Then(Line(), "a")).Message, StringComparison.Ordinal);
        Assert.Contains("'True', 'False'", Assert.Throws<ArgumentException>(() => Workflow.Named("x").Then(new FlowDecision()).Then(Line())).Message, StringComparison.Ordinal);
        Assert.Contains("[Activity]", Assert.Throws<ArgumentException>(() => Workflow.Named("x").Then(new Nameless())).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Workflow.Named("x").Then(Line()).StartsWith(new Manual()));
        Assert.Throws<InvalidOperationException>(() => Workflow.Named("x").On("Failed", failed => failed.Then(Line())));
        Assert.Throws<InvalidOperationException>(() => Workflow.Named("x").Build());
        Assert.Throws<ArgumentException>(() => Workflow.Named("x").Then(Line()).On("Failed", failed => failed.Then(Line(), after: "Done")));
        var lost = Workflow.Named("x").Then(Line()).On("Failed", failed => failed.GoesTo("nowhere"));
        Assert.Contains("'nowhere'", Assert.Throws<InvalidOperationException>(lost.Build).Message, StringComparison.Ordinal);
    }

    private static WriteLine Line() => new() { Text = "x" };

    private static List<JsonNode> Activities(WorkflowDefinition workflow) => [.. workflow.Root!["activities"]!.AsArray().Select(activity => activity!)];

    private static IEnumerable<string> Lines(WorkflowDefinition workflow) => workflow.Root!["connections"]!.AsArray()
        .Select(line => $"{line!["source"]!["activity"]}.{line["source"]!["port"]} > {line["target"]!["activity"]}");

    private static IEnumerable<string> Positions(WorkflowDefinition workflow) =>
        Activities(workflow).Select(a => $"{a["id"]} {a["metadata"]!["designer"]!["position"]!["x"]},{a["metadata"]!["designer"]!["position"]!["y"]}");

    private sealed class Nameless : Activity
    {
        protected override ValueTask ExecuteAsync(ActivityContext context) => ValueTask.CompletedTask;
    }
}
