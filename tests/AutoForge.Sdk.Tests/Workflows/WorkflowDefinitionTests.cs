using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Workflows;

namespace AutoForge.Sdk.Tests.Workflows;

public sealed class WorkflowDefinitionTests
{
    [Fact]
    public void Parse_ThenToJson_KeepsEverything()
    {
        const string Json = """{"name": "Orders", "description": null, "x": {"y": [1.50, "ö", null]}, "root": {"type": "Acme.Thing", "z": true}}""";

        var definition = WorkflowDefinition.Parse(Json);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), JsonNode.Parse(definition.ToJson())));
        Assert.Equal(("Orders", null, null, "Acme.Thing"),
            (definition.Name, definition.Description, definition.DefinitionId, definition.Root!["type"]!.GetValue<string>()));
    }

    [Fact]
    public void Set_KnownProperties_ChangesTheDocument()
    {
        var definition = new WorkflowDefinition([]) { Name = "Orders", Description = "Takes them.", DefinitionId = "orders" };

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"name": "Orders", "description": "Takes them.", "definitionId": "orders"}"""), definition.Document));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public void Parse_NoJsonObject_Throws(string json) => Assert.ThrowsAny<JsonException>(() => WorkflowDefinition.Parse(json));

    [Fact]
    public void Read_PropertiesOfOtherTypes_AreAbsent()
    {
        var definition = WorkflowDefinition.Parse("""{"name": 7, "description": {}, "root": "x"}""");

        Assert.Equal(("", null, null), (definition.Name, definition.Description, definition.Root));
    }
}
