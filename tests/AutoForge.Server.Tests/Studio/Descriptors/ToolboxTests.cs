using System.Text.Json.Nodes;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Studio.Descriptors;

namespace AutoForge.Server.Tests.Studio.Descriptors;

/// <summary>What Studio is told of activities, from their attributes alone.</summary>
public sealed class ToolboxTests
{
    private static readonly ActivityToolbox Stock = new(new ActivityCatalogue([typeof(Webhook).Assembly]));

    [Fact]
    public void EveryInput_OfEveryActivity_HasAnEditorThatStudioHas() =>
        Assert.Empty(Stock.Activities.SelectMany(activity => activity.Inputs
            .Where(input => !FieldEditor.Known.Contains(input.UiHint)).Select(input => $"{activity.TypeName}.{input.Name}: {input.UiHint}")));

    // Contract 5.2: binding an output writes its key into the node, where an input of the same name would lie.
    [Fact]
    public void InputsAndOutputs_OfOneActivity_ShareNoName() =>
        Assert.Empty(Stock.Activities.SelectMany(activity => activity.Inputs.Select(input => input.Name).Concat(activity.Outputs.Select(output => output.Name))
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(twins => twins.Count() > 1).Select(twins => $"{activity.TypeName}.{twins.Key}")));

    // Contract 3.4: a second descriptor of one type and version crashes Studio.
    [Fact]
    public void Types_AreTherePreciselyOnce() =>
        Assert.DoesNotContain(Stock.Activities.GroupBy(activity => (activity.TypeName, activity.Version)), twins => twins.Count() > 1);

    // Contract 3.4: many nulls crash Studio.
    [Fact]
    public void Json_HoldsNoNullAnywhere() => Assert.DoesNotContain(":null", System.Text.Encoding.UTF8.GetString(Stock.Json), StringComparison.Ordinal);

    // It is fetched again after every save.
    [Fact]
    public void Json_IsSmall() => Assert.InRange(Stock.Json.Length, 10_000, 100_000);

    [Fact]
    public void Types_ThatStudioAsksForByName_AreThereAndInNoToolbox()
    {
        foreach (var name in new[] { "Elsa.Flowchart", "Elsa.Workflow", "Elsa.NotFoundActivity" })
            Assert.False(Find(name).IsBrowsable, name);
    }

    [Fact]
    public void Toolbox_HasFourGroupsWithPlainNames()
    {
        var shown = Stock.Activities.Where(activity => activity.IsBrowsable).ToList();

        Assert.Equal(["Actions", "Data", "Flow", "Triggers"], shown.Select(activity => activity.Category).Distinct().Order());
        Assert.All(shown, activity => Assert.EndsWith(".", activity.Description, StringComparison.Ordinal));
        Assert.DoesNotContain(shown.GroupBy(activity => activity.DisplayName), twins => twins.Count() > 1);
        Assert.DoesNotContain(shown, activity => activity.TypeName is "Elsa.If" or "Elsa.Switch" or "Elsa.Sequence" or "Elsa.Parallel" or "Elsa.Fork");
    }

    [Fact]
    public void NewNode_OfATypeWithDefaults_CarriesThem()
    {
        var request = Find("AutoForge.HttpRequest").ConstructionProperties;
        var webhook = Find("AutoForge.Webhook").ConstructionProperties;

        Assert.Equal("""{"typeName":"String","expression":{"type":"Literal","value":"GET"}}""", request["method"]!.ToJsonString());
        Assert.Null(request["url"]);
        Assert.Equal("""["POST"]""", webhook["methods"]!["expression"]!["value"]!.GetValue<string>());
        Assert.Equal("Object", webhook["methods"]!["expression"]!["type"]!.GetValue<string>());
        Assert.True(webhook["customProperties"]!["canStartWorkflow"]!.GetValue<bool>());
    }

    [Fact]
    public void TextInputs_SayHowValuesAreInserted_ExceptThoseOfTriggers()
    {
        Assert.Contains("{{ trigger.body.name }}", Input("AutoForge.HttpRequest", "Url").Description, StringComparison.Ordinal);
        Assert.Equal("Template", Input("AutoForge.HttpRequest", "Url").DefaultSyntax);
        Assert.DoesNotContain("{{", Input("AutoForge.HttpRequest", "TimeoutSeconds").Description, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", Input("AutoForge.Schedule", "Time").Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AutoForge.HttpRequest", "Method", "dropdown")]
    [InlineData("AutoForge.HttpRequest", "Body", "multiline")]
    [InlineData("AutoForge.HttpRequest", "SafeToRepeat", "checkbox")]
    [InlineData("AutoForge.HttpRequest", "Authentication", "secret-picker")]
    [InlineData("AutoForge.Webhook", "Methods", "checklist")]
    [InlineData("AutoForge.Schedule", "Kind", "dropdown")]
    [InlineData("AutoForge.Schedule", "Days", "checklist")]
    [InlineData("AutoForge.Schedule", "TimeZone", "dropdown")]
    [InlineData("AutoForge.Schedule", "CatchUp", "dropdown")]
    [InlineData("AutoForge.SendEmail", "Connection", "secret-picker")]
    [InlineData("AutoForge.TelegramMessage", "ParseMode", "dropdown")]
    [InlineData("Elsa.FlowDecision", "Condition", "singleline")]
    [InlineData("Elsa.FlowFork", "Branches", "dynamic-outcomes")]
    [InlineData("Elsa.FlowSwitch", "Cases", "flow-switch-editor")]
    [InlineData("Elsa.SetVariable", "Variable", "variable-picker")]
    public void Editor_OfAField_IsTheOneThatKnowsItsValues(string type, string input, string hint) => Assert.Equal(hint, Input(type, input).UiHint);

    [Fact]
    public void TimeZones_ToChooseFrom_ArePlacesByTheirIanaNames()
    {
        var zones = Items(Input("AutoForge.Schedule", "TimeZone").UiSpecifications!["dropdown"]!["selectList"]!);

        Assert.Contains(("America/New York", "America/New_York"), zones);
        Assert.Contains(("UTC", "UTC"), zones);
        Assert.DoesNotContain(zones, zone => zone.Value is "EST" or "Etc/GMT+3");
    }

    [Fact]
    public void Ways_OfActivities_AreTheirPorts()
    {
        Assert.Equal([("Done", "Flow"), ("Failed", "Flow")], Find("AutoForge.HttpRequest").Ports.Select(port => (port.Name, port.Type)));
        Assert.Equal([("Done", "Flow"), ("Body", "Embedded")], Find("Elsa.ForEach").Ports.Select(port => (port.Name, port.Type)));
        Assert.True(Find("Elsa.Finish").IsTerminal);
        Assert.False(Find("Elsa.FlowFork").IsTerminal);
        Assert.True(Find("AutoForge.Webhook").IsStart);
    }

    [Fact]
    public void NewActivity_InAnotherAssembly_AppearsFromItsAttributesAlone()
    {
        var catalogue = new ActivityCatalogue([typeof(Webhook).Assembly, typeof(SampleActivity).Assembly]);

        var shown = new ActivityToolbox(catalogue).Activities.Single(activity => activity.TypeName == "Acme.Translate");

        Assert.Equal(("Acme", "Translate", "Translate a text", "Actions", "Action", true),
            (shown.Namespace, shown.Name, shown.DisplayName, shown.Category, shown.Kind, shown.IsBrowsable));
        Assert.Equal(
            ["Text singleline", "Language dropdown", "Formal checkbox", "Account secret-picker", "Tries singleline", "Url singleline", "Glossary multitext"],
            shown.Inputs.Select(input => $"{input.Name} {input.UiHint}"));
        Assert.Equal([("German", "de"), ("French", "fr")], Items(shown.Inputs[1].UiSpecifications!["dropdown"]!["selectList"]!));
        Assert.Equal("http", shown.Inputs[3].UiSpecifications!["secret-picker"]!["typeNames"]![0]!.GetValue<string>());
        Assert.Equal("Result", Assert.Single(shown.Outputs).Name);
        Assert.Equal(["language", "tries"], shown.ConstructionProperties.Select(property => property.Key));
        Assert.Contains(shown.Ports, port => port is { Name: "Fallback", Type: "Embedded" });
    }

    // Studio makes a key of a name by lowering its first letter.
    [Fact]
    public void Names_OfFields_LeadBackToTheirKeys()
    {
        var catalogue = new ActivityCatalogue([typeof(Webhook).Assembly, typeof(SampleActivity).Assembly]);
        foreach (var activity in catalogue.All)
        {
            foreach (var key in activity.Inputs.Select(input => input.Name).Concat(activity.Outputs.Select(output => output.Key)))
                Assert.Equal(key, char.ToLowerInvariant(FieldName.Of(key)[0]) + FieldName.Of(key)[1..]);
        }
        Assert.Contains("url", catalogue.Find("Acme.Translate")!.Inputs.Select(input => input.Name));
    }

    private static StudioActivity Find(string type) => Stock.Activities.Single(activity => activity.TypeName == type);

    private static StudioInput Input(string type, string name) => Find(type).Inputs.Single(input => input.Name == name);

    private static List<(string Text, string Value)> Items(JsonNode list) =>
        [.. list["items"]!.AsArray().Select(item => (item!["text"]!.GetValue<string>(), item["value"]!.GetValue<string>()))];
}
