using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;

namespace AutoForge.Server.Workflows.Steps;

/// <summary>How a field of a step is edited.</summary>
public enum StepFieldKind
{
    Line,
    Text,
    Choice,
    Choices,
    Toggle,
    Connection,

    /// <summary>An expression that only the designer can edit; it is shown and kept.</summary>
    Locked,
}

/// <summary>An input of a step as a form shows it.</summary>
/// <param name="Value">Text; for <see cref="StepFieldKind.Choices"/> unused.</param>
/// <param name="Values">For <see cref="StepFieldKind.Choices"/>: what is chosen.</param>
public sealed record StepField(InputDescriptor Input, StepFieldKind Kind, string Value, IReadOnlyList<string> Values)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public string Name => Input.Name;

    public static StepField Of(InputDescriptor input, JsonObject step)
    {
        var stored = step[input.Name];
        if (!input.IsWrapped)
            return new StepField(input, StepFieldKind.Text, stored?.ToJsonString(Readable) ?? "", []);
        if (stored?["expression"] is not JsonObject expression)
            return new StepField(input, KindOf(input), Default(input), DefaultsOf(input));

        var type = expression["type"]?.ToString() ?? ExpressionTypes.Literal;
        var kind = KindOf(input);
        var text = TextOf(expression["value"]);
        return type switch
        {
            ExpressionTypes.Literal or ExpressionTypes.Object when kind == StepFieldKind.Choices => new StepField(input, kind, "", ListOf(text)),
            ExpressionTypes.Literal or ExpressionTypes.Object => new StepField(input, kind, text, []),
            // A template needs room to be written in, whatever the field offers otherwise.
            ExpressionTypes.Template => new StepField(input, kind is StepFieldKind.Text ? kind : StepFieldKind.Line, text, []),
            "Secret" when kind == StepFieldKind.Connection => new StepField(input, kind, SecretName(text), []),
            _ => new StepField(input, StepFieldKind.Locked, text, []),
        };
    }

    /// <summary>Stores what was typed. What is as the default says, and was never stored, stays unstored.</summary>
    /// <param name="typed">The values that the form sent for this field; none for a box that is not ticked.</param>
    public void Store(IReadOnlyList<string> typed, JsonObject step)
    {
        var text = typed.Count == 0 ? "" : typed[^1].ReplaceLineEndings("\n");
        switch (Kind)
        {
            case StepFieldKind.Locked:
                return;
            case StepFieldKind.Choices:
                if (!typed.SequenceEqual(Values))
                    step[Name] = Wrap(ExpressionTypes.Object, new JsonArray([.. typed.Select(value => JsonValue.Create(value))]).ToJsonString());
                return;
            case StepFieldKind.Toggle:
                text = typed.Contains("true") ? "true" : "false";
                break;
        }

        if (text == Value)
            return;
        if (!Input.IsWrapped)
            step[Name] = text.Length == 0 ? null : ParseOrText(text);
        else if (text.Length == 0)
            step.Remove(Name);
        else
            step[Name] = Wrap(text.Contains("{{", StringComparison.Ordinal) ? ExpressionTypes.Template : ExpressionTypes.Literal, text);
    }

    /// <summary>The texts of an input that holds a list.</summary>
    public static IReadOnlyList<string> Names(JsonNode stored) =>
        ListOf(TextOf(stored is JsonObject wrapped ? wrapped["expression"]?["value"] : stored));

    private static StepFieldKind KindOf(InputDescriptor input)
    {
        var type = Nullable.GetUnderlyingType(input.ValueType) ?? input.ValueType;
        if (input.Attributes.Connection is not null)
            return StepFieldKind.Connection;
        if (type == typeof(bool))
            return StepFieldKind.Toggle;
        if (input.Options.Count > 0)
            return typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && type != typeof(string) ? StepFieldKind.Choices : StepFieldKind.Choice;
        return input.Attributes.Editor is "multiline" or "code-editor" ? StepFieldKind.Text : StepFieldKind.Line;
    }

    private static string Default(InputDescriptor input) => input.Attributes.Default ?? "";

    private static IReadOnlyList<string> DefaultsOf(InputDescriptor input) =>
        KindOf(input) == StepFieldKind.Choices ? ListOf(Default(input)) : [];

    private static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.TryGetValue<string>(out var plain) => plain,
        _ => value.ToJsonString(Readable),
    };

    // A list is JSON text; one value stands for itself.
    private static IReadOnlyList<string> ListOf(string text)
    {
        if (text.Length == 0)
            return [];
        try
        {
            return JsonNode.Parse(text) is JsonArray array ? [.. array.Select(item => item?.ToString() ?? "")] : [text];
        }
        catch (JsonException)
        {
            return [text];
        }
    }

    // {"name": …} as JSON text.
    private static string SecretName(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["name"]?.ToString() ?? "";
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static JsonNode? ParseOrText(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonObject Wrap(string type, string value) =>
        new() { ["typeName"] = null, ["expression"] = new JsonObject { ["type"] = type, ["value"] = value }, ["memoryReference"] = null };
}
