using System.Text.Json.Nodes;
using AutoForge.Activities.Http;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Workflows.Steps;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Workflows;

/// <summary>What a form shows of a step's inputs, and what it stores.</summary>
public sealed class StepFieldTests
{
    private static readonly ActivityCatalogue Catalogue = new([typeof(HttpRequest).Assembly]);

    [Theory]
    [InlineData("AutoForge.HttpRequest", "method", nameof(StepFieldKind.Choice), "GET")]
    [InlineData("AutoForge.HttpRequest", "safeToRepeat", nameof(StepFieldKind.Toggle), "false")]
    [InlineData("AutoForge.HttpRequest", "authentication", nameof(StepFieldKind.Connection), "")]
    [InlineData("AutoForge.HttpRequest", "body", nameof(StepFieldKind.Text), "")]
    [InlineData("AutoForge.HttpRequest", "url", nameof(StepFieldKind.Line), "")]
    public void Of_AnUnsetInput_ShowsItsDefault(string type, string name, string kind, string value)
    {
        var field = Field(type, name, []);

        Assert.Equal((kind, value), (field.Kind.ToString(), field.Value));
    }

    [Fact]
    public void Of_AListOfOptions_ShowsWhatIsChosen()
    {
        var field = Field("AutoForge.Webhook", "methods", []);
        Assert.Equal(StepFieldKind.Choices, field.Kind);
        Assert.Equal(["POST"], field.Values);

        var step = new JsonObject();
        field.Store(["GET", "PUT"], step);
        Assert.Equal(["GET", "PUT"], Field("AutoForge.Webhook", "methods", step).Values);
    }

    [Theory]
    [InlineData("https://example.com/{{ trigger.body.id }}", "Template")]
    [InlineData("https://example.com/", "Literal")]
    public void Store_Text_IsATemplateWhenItHasPlaces(string text, string type)
    {
        var step = new JsonObject();

        Field("AutoForge.HttpRequest", "url", step).Store([text], step);

        Assert.Equal((type, text), (step["url"]!["expression"]!["type"]!.ToString(), step["url"]!["expression"]!["value"]!.ToString()));
        Assert.Equal(text, Field("AutoForge.HttpRequest", "url", step).Value);
    }

    [Fact]
    public void Store_WhatIsUnchanged_TouchesNothing()
    {
        var step = new JsonObject { ["url"] = Draw.Literal("https://example.com/") };
        var before = step.ToJsonString();

        Field("AutoForge.HttpRequest", "url", step).Store(["https://example.com/"], step);
        Field("AutoForge.HttpRequest", "method", step).Store(["GET"], step);
        Field("AutoForge.HttpRequest", "safeToRepeat", step).Store([], step);

        Assert.Equal(before, step.ToJsonString());
    }

    [Fact]
    public void Store_NothingTyped_TakesTheInputAway()
    {
        var step = new JsonObject { ["url"] = Draw.Literal("https://example.com/") };

        Field("AutoForge.HttpRequest", "url", step).Store([""], step);

        Assert.Empty(step);
    }

    [Fact]
    public void Store_AnExpressionOfTheDesigner_IsKept()
    {
        var step = new JsonObject { ["url"] = new JsonObject { ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = "{\"id\":\"v\"}" } } };
        var before = step.ToJsonString();

        var field = Field("AutoForge.HttpRequest", "url", step);
        field.Store(["typed"], step);

        Assert.Equal((StepFieldKind.Locked, before), (field.Kind, step.ToJsonString()));
    }

    [Fact]
    public void Store_PlainJson_IsParsed()
    {
        var step = new JsonObject { ["cases"] = new JsonArray() };

        Field("Elsa.FlowSwitch", "cases", step).Store(["""[{"label": "big"}]"""], step);

        Assert.Equal("big", step["cases"]![0]!["label"]!.ToString());
    }

    private static StepField Field(string type, string name, JsonObject step) =>
        StepField.Of(Catalogue.Find(type)!.Inputs.Single(input => input.Name == name), step);
}
