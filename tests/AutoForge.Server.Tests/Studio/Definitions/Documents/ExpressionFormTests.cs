using System.Text.Json.Nodes;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Studio.Definitions.Documents;
using AutoForge.Server.Tests.Studio.Descriptors;

namespace AutoForge.Server.Tests.Studio.Definitions.Documents;

public sealed class ExpressionFormTests
{
    private static readonly ActivityCatalogue Catalogue = new([typeof(Webhook).Assembly, typeof(SampleActivity).Assembly]);

    [Theory]
    // Text boxes read literals.
    [InlineData("AutoForge.HttpRequest", "url", """{"typeName":"String","expression":{"type":"Template","value":"https://x/{{ a }}"}}""", "Literal", "https://x/{{ a }}")]
    [InlineData("AutoForge.HttpRequest", "url", """{"typeName":"String","expression":{"type":"Literal","value":"{{ meant as it stands }}"}}""", "Literal", "{{ meant as it stands }}")]
    [InlineData("AutoForge.HttpRequest", "body", """{"typeName":"Object","expression":{"type":"Object","value":"{\"a\":1}"}}""", "Literal", """{"a":1}""")]
    [InlineData("AutoForge.SendEmail", "to", """{"typeName":"Object","expression":{"type":"Literal","value":["a@x.de","b@x.de"]}}""", "Literal", """["a@x.de","b@x.de"]""")]
    [InlineData("AutoForge.HttpRequest", "url", "\"https://plain\"", "Literal", "https://plain")]
    [InlineData("AutoForge.HttpRequest", "timeoutSeconds", "30", "Literal", "30")]
    [InlineData("AutoForge.HttpRequest", "url", """{"typeName":null,"expression":{"type":"Literal","value":"unset without a type"}}""", "Literal", "unset without a type")]
    // Lists read objects.
    [InlineData("AutoForge.Webhook", "methods", """{"typeName":"String","expression":{"type":"Literal","value":["GET","PUT"]}}""", "Object", """["GET","PUT"]""")]
    [InlineData("AutoForge.Webhook", "methods", """{"typeName":"String","expression":{"type":"Object","value":"[\"GET\"]"}}""", "Object", """["GET"]""")]
    [InlineData("AutoForge.Webhook", "methods", """{"typeName":"String","expression":{"type":"Literal","value":"GET"}}""", "Object", """["GET"]""")]
    [InlineData("Acme.Translate", "glossary", """{"typeName":"X","expression":{"type":"Template","value":"[\"{{ a }}\"]"}}""", "Object", """["{{ a }}"]""")]
    [InlineData("Elsa.FlowFork", "branches", """{"typeName":"X","expression":{"type":"JavaScript","value":"['a']"}}""", "Object", "[]")]
    // Drop-downs read literals, and leave what is no literal to the code editor.
    [InlineData("AutoForge.HttpRequest", "method", """{"typeName":"String","expression":{"type":"Template","value":"{{ trigger.method }}"}}""", "Template", "{{ trigger.method }}")]
    [InlineData("AutoForge.HttpRequest", "url", """{"typeName":"String","expression":{"type":"JavaScript","value":"`a`"}}""", "JavaScript", "`a`")]
    // Pickers read references.
    [InlineData("AutoForge.HttpRequest", "authentication", """{"typeName":"String","expression":{"type":"Literal","value":"Shop key"}}""", "Secret", """{"name":"Shop key","typeName":"http"}""")]
    [InlineData("AutoForge.HttpRequest", "authentication", """{"typeName":"String","expression":{"type":"Template","value":"{{ variables.key }}"}}""", "Template", "{{ variables.key }}")]
    public void Show_AnyValue_IsWhatItsEditorReadsAndComesBackAsItWas(string type, string input, string stored, string shownType, string shownValue)
    {
        var form = Form(type, input);
        var value = JsonNode.Parse(stored)!;

        var shown = form.Show(value);

        Assert.Equal((shownType, shownValue), (shown["expression"]!["type"]!.GetValue<string>(), shown["expression"]!["value"].Shown()));
        Assert.True(JsonNode.DeepEquals(value, form.Restore(shown)), form.Restore(shown)?.ToJsonString());
    }

    [Theory]
    [InlineData("AutoForge.HttpRequest", "url", "Literal", "https://x/{{ a }}", "Template", "https://x/{{ a }}")]
    [InlineData("AutoForge.HttpRequest", "url", "Literal", "https://x", "Literal", "https://x")]
    [InlineData("AutoForge.HttpRequest", "timeoutSeconds", "Literal", "45", "Literal", "45")]
    [InlineData("AutoForge.HttpRequest", "safeToRepeat", "Literal", "True", "Literal", "True")]
    [InlineData("AutoForge.HttpRequest", "method", "Template", "{{ a }}", "Template", "{{ a }}")]
    // Triggers fire before there is anything to insert.
    [InlineData("AutoForge.Schedule", "time", "Literal", "{{ a }}", "Literal", "{{ a }}")]
    [InlineData("Acme.Translate", "glossary", "Object", """["{{ a }}","b"]""", "Template", """["{{ a }}","b"]""")]
    [InlineData("Elsa.FlowFork", "branches", "Object", """["{{ a }}"]""", "Object", """["{{ a }}"]""")]
    [InlineData("AutoForge.SendEmail", "connection", "Secret", """{"name":"Mail","typeName":"smtp","scope":null}""", "Literal", "Mail")]
    [InlineData("AutoForge.SendEmail", "connection", "Secret", "Mail", "Literal", "Mail")]
    public void Restore_WhatStudioWrites_IsWhatTheEngineReads(string type, string input, string sentType, string sentValue, string storedType, string storedValue)
    {
        var sent = JsonNode.Parse("""{"typeName":null,"expression":{},"memoryReference":null}""")!;
        sent["expression"]!["type"] = sentType;
        sent["expression"]!["value"] = sentValue;

        var stored = Form(type, input).Restore(sent)!;

        Assert.Equal((storedType, storedValue), (stored["expression"]!["type"]!.GetValue<string>(), stored["expression"]!["value"]!.GetValue<string>()));
        // A value without a type counts as unset.
        Assert.NotNull(stored["typeName"]);
    }

    [Theory]
    [InlineData("AutoForge.HttpRequest", "timeoutSeconds", "Literal")]
    [InlineData("AutoForge.SendEmail", "connection", "Secret")]
    public void Restore_AnEmptiedField_IsUnset(string type, string input, string sentType) =>
        Assert.Null(Form(type, input).Restore(new JsonObject { ["expression"] = new JsonObject { ["type"] = sentType, ["value"] = "" } }));

    // The code view lets people edit the text beside what is kept.
    [Fact]
    public void Restore_EditedBesideWhatIsKept_IsTheEdit()
    {
        var form = Form("AutoForge.HttpRequest", "url");
        var shown = form.Show(JsonNode.Parse("\"https://plain\"")!);

        shown["expression"]!["value"] = "https://edited";

        Assert.Equal("https://edited", form.Restore(shown)!["expression"]!["value"]!.GetValue<string>());
        Assert.Null(form.Restore(shown)!["stored"]);
    }

    private static ExpressionForm Form(string type, string input)
    {
        var activity = Catalogue.Find(type)!;
        return new ExpressionForm(activity, activity.Inputs.Single(candidate => candidate.Name == input));
    }
}
