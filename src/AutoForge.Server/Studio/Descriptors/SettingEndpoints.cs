using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>What Studio offers to choose from beside activities. Studio needs every list, also where there is nothing to choose.</summary>
internal static class SettingEndpoints
{
    // Names of Elsa's classes, as they stand in documents; the engine looks for a part of them.
    private static readonly Choice[] IncidentStrategies =
    [
        new("Elsa.Workflows.IncidentStrategies.FaultStrategy, Elsa.Workflows.Core", "Stop the run", "A step that fails ends the run. It costs nothing then."),
        new("Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core", "Let other branches finish", "A step that fails ends its own branch. The run has failed all the same, and costs nothing."),
    ];

    private static readonly Choice[] ActivationStrategies =
        [new("Elsa.Workflows.ActivationValidators.AllowAlwaysStrategy, Elsa.Workflows.Runtime", "Always", "Each trigger starts a run, also while others are running.")];

    private static readonly Choice[] StorageDrivers =
        [new("Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core", "In the run")];

    private static readonly ExpressionKind[] Expressions =
    [
        new("Literal", "Fixed value", IsBrowsable: false),
        new("Object", "List or object", IsBrowsable: false, new() { ["MonacoLanguage"] = "json" }),
        new("Template", "Template", IsBrowsable: true, new() { ["MonacoLanguage"] = "handlebars" }),
        new("Variable", "Variable", IsBrowsable: true),
        new("Input", "Workflow input", IsBrowsable: true),
        new("Secret", "Connection", IsBrowsable: false, new() { ["UIHint"] = "secret-picker" }),
        // Not offered, but imported workflows may hold scripts, and their text must be seen.
        new("JavaScript", "JavaScript", IsBrowsable: false, new() { ["MonacoLanguage"] = "javascript" }),
        new("Liquid", "Liquid", IsBrowsable: false, new() { ["MonacoLanguage"] = "liquid" }),
        new("CSharp", "C#", IsBrowsable: false, new() { ["MonacoLanguage"] = "csharp" }),
        new("Python", "Python", IsBrowsable: false, new() { ["MonacoLanguage"] = "python" }),
        new("Json", "JSON", IsBrowsable: false, new() { ["MonacoLanguage"] = "json" }),
    ];

    private static readonly VariableKind[] Variables =
    [
        new("String", "Text", "Values", "Any text."),
        new("Int64", "Whole number", "Values", "A number without decimals."),
        new("Decimal", "Number", "Values", "A number with decimals, such as an amount of money."),
        new("Boolean", "Yes or no", "Values", "True or false."),
        new("DateTimeOffset", "Date and time", "Values", "A moment in time."),
        new("TimeSpan", "Duration", "Values", "Hours, minutes and seconds, such as 00:05:00."),
        new("Object", "Anything", "Data", "Whatever it is given."),
        new("JsonNode", "Data", "Data", "Objects and lists, as web services send them."),
    ];

    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var descriptors = api.MapGroup("/descriptors");
        descriptors.MapGet("/expression-descriptors", () => StudioJson.List(Expressions));
        descriptors.MapGet("/workflow-activation-strategies", () => StudioJson.List(ActivationStrategies));
        descriptors.MapGet("/incident-strategies", () => StudioJson.List(IncidentStrategies));
        descriptors.MapGet("/log-persistence-strategies", None);
        descriptors.MapGet("/commit-strategies/workflows", None);
        descriptors.MapGet("/commit-strategies/activities", None);
        descriptors.MapGet("/storage-drivers", () => StudioJson.List(StorageDrivers));
        descriptors.MapGet("/variables", () => StudioJson.List(Variables));
        descriptors.MapGet("/output-converters", None);
        // There are no globals to complete, and Studio reads the answer as text.
        api.MapPost("/scripting/javascript/type-definitions/{definitionId}", (string definitionId) => TypedResults.Text(""));
    }

    private static JsonHttpResult<StudioList<Choice>> None() => StudioJson.List<Choice>([]);

    internal sealed record Choice(string TypeName, string DisplayName, string? Description = null);

    internal sealed record VariableKind(string TypeName, string DisplayName, string Category, string Description);

    internal sealed record ExpressionKind(
        string Type, string DisplayName, bool IsBrowsable, Dictionary<string, string>? Properties = null, bool IsSerializable = true);
}
