using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Steps;

/// <summary>What the history shows of a step's inputs and of outputs that need not be read back: no secrets, no endless text.</summary>
internal static class StepHistory
{
    /// <summary>Longest text of one field, in characters.</summary>
    public const int MaxText = 16 * 1024;

    public static JsonObject? Inputs(IReadOnlyList<CompiledInput> inputs, ReadOnlySpan<object?> values, SecretMask mask)
    {
        if (values.Length == 0)
            return null;

        var shown = new JsonObject();
        for (var slot = 0; slot < values.Length; slot++)
        {
            var descriptor = inputs[slot].Descriptor;
            shown[descriptor.Name] = descriptor.Attributes.Secret && values[slot] is not null
                ? SecretMask.Text
                : Field(descriptor.Name, StepValue.ToNode(values[slot]), mask);
        }

        return shown;
    }

    /// <summary>The same object when every field is short.</summary>
    public static JsonObject Cut(JsonObject outputs)
    {
        if (outputs.All(field => ReferenceEquals(Cut(field.Value), field.Value)))
            return outputs;

        return new(outputs.Select(field => KeyValuePair.Create(field.Key, Cut(field.Value) is { Parent: null } cut ? cut : field.Value?.DeepClone())));
    }

    private static JsonNode? Field(string name, JsonNode? value, SecretMask mask)
    {
        SecretMask.HideHeaders(name, value);
        return Cut(mask.Apply(value));
    }

    private static JsonNode? Cut(JsonNode? value)
    {
        var text = value switch
        {
            JsonValue scalar => scalar.TryGetValue(out string? plain) ? plain : "",
            JsonNode node => node.ToJsonString(),
            null => "",
        };

        return text.Length <= MaxText
            ? value
            : JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MaxText)}… ({text.Length} characters)"));
    }
}
