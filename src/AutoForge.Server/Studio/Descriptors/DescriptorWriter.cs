using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>Tells Studio of an activity type what its attributes say, and nothing else.</summary>
internal static class DescriptorWriter
{
    public static StudioActivity Write(ActivityDescriptor activity)
    {
        var dot = activity.TypeName.LastIndexOf('.');
        var name = activity.TypeName[(dot + 1)..];
        return new(
            activity.TypeName, activity.TypeName[..dot], name, Version: 1, activity.Category, activity.DisplayName, activity.Description,
            activity.IsTrigger ? StudioActivity.Trigger : StudioActivity.Action,
            [.. activity.Inputs.Select(input => Input(activity, input))],
            [.. activity.Outputs.Select(output => Output(activity, output))],
            [.. activity.Outcomes.Select(outcome => new StudioPort(outcome, outcome, StudioPort.Flow)),
                .. activity.Ports.Select(port => new StudioPort(FieldName.Of(port), FieldName.Of(port), StudioPort.Embedded))],
            activity.IsContainer, activity.IsBrowsable, IsStart: activity.IsTrigger,
            IsTerminal: activity.Outcomes.Count == 0 && !activity.Inputs.Any(input => input.Attributes.Editor == InputEditors.Outcomes),
            Presets(activity));
    }

    private static StudioInput Input(ActivityDescriptor activity, InputDescriptor input)
    {
        var editor = FieldEditor.Of(input);
        var takesTemplates = editor.IsText && input.IsWrapped && !activity.IsTrigger;
        return new(
            FieldName.Of(input.Name), input.TypeName, input.DisplayName, DescriptionOf(input, takesTemplates), input.Attributes.Order,
            IsBrowsable: !input.Attributes.Hidden, input.IsWrapped, editor.Hint,
            takesTemplates ? ExpressionTypes.Template : editor.Syntax.Length > 0 ? editor.Syntax : null,
            input.Attributes.Default, editor.Specifications);
    }

    private static string DescriptionOf(InputDescriptor input, bool takesTemplates)
    {
        var description = input.Attributes.Description;
        var isProse = input.ValueType == typeof(string) || input.ValueType == typeof(object);
        return takesTemplates && isProse && !description.Contains("{{", StringComparison.Ordinal)
            ? $"{description} You can insert values: {{{{ trigger.body.name }}}}.".TrimStart()
            : description;
    }

    private static StudioOutput Output(ActivityDescriptor activity, OutputDescriptor output)
    {
        var path = activity.IsTrigger ? $"trigger.{output.Name}" : $"steps.{activity.TypeName[(activity.TypeName.LastIndexOf('.') + 1)..]}1.{output.Name}";
        return new(FieldName.Of(output.Key), output.TypeName, output.DisplayName, $"{output.Description} Later steps insert it as {{{{ {path} }}}}.".TrimStart());
    }

    // A new node would hold nothing at all: the form shows defaults but does not write them.
    private static JsonObject Presets(ActivityDescriptor activity)
    {
        var presets = new JsonObject();
        foreach (var input in activity.Inputs.Where(input => input is { IsWrapped: true, Attributes: { Default: not null, Hidden: false } }))
        {
            presets[input.Name] = new JsonObject
            {
                ["typeName"] = input.TypeName,
                ["expression"] = new JsonObject { ["type"] = FieldEditor.Of(input).Syntax, ["value"] = input.Attributes.Default },
            };
        }
        // By itself Studio lets only the first trigger of a workflow start it.
        if (activity.IsTrigger)
            presets["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return presets;
    }
}
