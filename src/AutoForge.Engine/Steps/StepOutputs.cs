using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Steps;

/// <summary>What one try of a step has produced so far.</summary>
internal sealed class StepOutputs
{
    private List<(Output Output, object? Value)>? _values;

    public void Set(Output output, object? value)
    {
        _values ??= [];
        _values.RemoveAll(entry => entry.Output == output);
        _values.Add((output, value));
    }

    /// <summary>A new try begins: what the failed one produced does not count.</summary>
    public void Clear() => _values?.Clear();

    /// <summary>By name, secrets hidden; null when there are none.</summary>
    /// <param name="mask">The secrets of this step.</param>
    /// <param name="asStored">Whether values become what reading them back will give, so that a later walk sees the same.</param>
    public JsonObject? ToJson(SecretMask mask, bool asStored)
    {
        if (_values is not { Count: > 0 })
            return null;

        var json = new JsonObject();
        foreach (var (output, value) in _values)
        {
            var node = asStored ? StepValue.ToStoredNode(value) : StepValue.ToNode(value);
            SecretMask.HideHeaders(output.Name, node);
            json[output.Name] = mask.Apply(node);
        }

        return json;
    }
}
