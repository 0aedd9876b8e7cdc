using System.Text.Json.Nodes;

namespace AutoForge.Engine.Tests.Conformance;

/// <summary>A workflow document, what is done with it, and what Elsa makes of it.</summary>
internal sealed class ConformanceCase(JsonObject json, string definitions)
{
    public string Name { get; } = json["name"]!.GetValue<string>();
    public bool IsTokenMode { get; } = json["flowchartMode"]?.ToString() == "token";
    public IReadOnlyList<string> ActivityTypes { get; } = Texts(json["activitiesUsed"]);
    public IReadOnlyList<string> ExpressionTypes { get; } = Texts(json["expressionTypes"]);
    public IReadOnlyList<string> Dependencies { get; } = Texts(json["dependencies"]);
    public IReadOnlyList<JsonObject> Steps { get; } = [.. json["steps"]!.AsArray().Select(step => step!.AsObject())];
    public JsonObject Expected { get; } = json["expected"]!.AsObject();
    public JsonObject Input { get; } = (JsonObject?)json["input"]?.DeepClone() ?? [];
    public string? CorrelationId { get; } = json["correlationId"]?.ToString();

    /// <summary>How long the engine is left alone before its result is read.</summary>
    public TimeSpan Settle { get; } = TimeSpan.FromMilliseconds(json["settleMs"]?.GetValue<int>() ?? 0);

    public JsonObject ReadDefinition() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(definitions, json["definitionFile"]!.GetValue<string>())))!.AsObject();

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.ToString())];
}
