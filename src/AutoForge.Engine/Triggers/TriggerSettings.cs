using System.Text.Json.Nodes;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Triggers.Schedules;

namespace AutoForge.Engine.Triggers;

/// <summary>Reads the stored settings of a trigger: the literal inputs of its activity, as text.</summary>
internal static class TriggerSettings
{
    /// <summary>The HTTP methods that a webhook takes.</summary>
    public static IReadOnlyList<string> MethodsOf(JsonObject settings) =>
        ValueConversion.Convert(Text(settings, "methods"), typeof(List<string>)) is List<string> { Count: > 0 } methods
            ? [.. methods.Select(m => m.ToUpperInvariant())]
            : ["POST"];

    /// <summary>A webhook's secret, or the name of the connection that holds it; null = calls need no signature.</summary>
    public static string? SecretOf(JsonObject settings) => Text(settings, "secret") is { Length: > 0 } secret ? secret : null;

    public static ScheduleRule RuleOf(JsonObject settings) =>
        ScheduleRule.TryParse(settings.ToDictionary(s => s.Key, s => s.Value?.ToString()), out var rule, out var problems)
            ? rule
            : throw new InvalidOperationException($"A published schedule has problems: {string.Join("; ", problems)}");

    private static string? Text(JsonObject settings, string name) => settings[name]?.ToString();
}
