using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;
using AutoForge.Server.Studio.Descriptors;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>
/// The value of a field as its editor in Studio reads and writes it. Each editor knows one type of expression: text boxes
/// know <c>Literal</c>, lists <c>Object</c>, pickers of connections <c>Secret</c>. So a template is shown as the text that it is,
/// and text with <c>{{ }}</c> places is stored as a template.
/// </summary>
/// <remarks>
/// What would not come back as it was goes along beside the shown value, where Studio keeps it until somebody edits the
/// field: looking at a workflow changes nothing in it.
/// </remarks>
internal sealed class ExpressionForm(ActivityDescriptor activity, InputDescriptor input)
{
    // Beside the expression, whose own form Studio writes anew with each edit.
    private const string Kept = "stored";

    private readonly FieldEditor _editor = FieldEditor.Of(input);

    // A trigger fires before there is a run that a template could read.
    private bool TakesTemplates =>
        !activity.IsTrigger && (_editor.IsText || _editor.Hint is InputEditors.MultiText or InputEditors.CheckList);

    /// <summary>From the document to Studio.</summary>
    public JsonObject Show(JsonNode stored)
    {
        var shown = ShowExpression(stored);
        if (!JsonNode.DeepEquals(Translate(shown), stored))
            shown[Kept] = stored.DeepClone();
        return shown;
    }

    /// <summary>From Studio to the document; null = the field is unset.</summary>
    public JsonNode? Restore(JsonNode sent)
    {
        if (sent is not JsonObject wrapper)
            return sent.DeepClone();
        if (wrapper[Kept] is not { } stored)
            return Translate(wrapper);

        var edited = (JsonObject)wrapper.DeepClone();
        edited.Remove(Kept);
        return JsonNode.DeepEquals(edited, ShowExpression(stored)) ? stored.DeepClone() : Translate(edited);
    }

    private JsonObject ShowExpression(JsonNode stored)
    {
        var shown = stored is JsonObject wrapper
            ? (JsonObject)wrapper.DeepClone()
            : new JsonObject { ["expression"] = new JsonObject { ["type"] = ExpressionTypes.Literal, ["value"] = stored.DeepClone() } };
        if (shown["expression"] is not JsonObject expression || expression.Text("type") is not { } type)
        {
            shown["expression"] = new JsonObject { ["type"] = _editor.Syntax, ["value"] = "" };
            return shown;
        }

        var value = expression["value"];
        if (_editor.Syntax == FieldEditor.Secret && type == ExpressionTypes.Literal)
            Set(expression, FieldEditor.Secret, value.Shown() is { Length: > 0 } name ? new JsonObject { ["name"] = name, ["typeName"] = input.Attributes.Connection }.ToJsonString() : "");
        else if (_editor.IsText && (type is ExpressionTypes.Object or "Json" || (type == ExpressionTypes.Template && TakesTemplates)))
            Set(expression, ExpressionTypes.Literal, value.Shown());
        else if (_editor.Syntax == ExpressionTypes.Literal && type is ExpressionTypes.Object or "Json")
            Set(expression, ExpressionTypes.Literal, value.Shown());
        else if (_editor.Syntax == ExpressionTypes.Object && ListIn(type, value) is { } list)
            Set(expression, ExpressionTypes.Object, list.ToJsonString());
        else if (_editor.Hint == InputEditors.Outcomes)
            // The canvas reads these as a list whatever they are.
            Set(expression, ExpressionTypes.Object, "[]");
        return shown;
    }

    private JsonObject? Translate(JsonObject sent)
    {
        var wrapper = (JsonObject)sent.DeepClone();
        wrapper.Remove(Kept);
        if (wrapper["expression"] is not JsonObject expression)
            return wrapper;

        var type = expression.Text("type");
        var value = expression["value"].Shown();
        // An emptied field is an unset one, so that its default counts again.
        if (value.Length == 0 && type is ExpressionTypes.Literal or FieldEditor.Secret)
            return null;
        if (type == FieldEditor.Secret && _editor.Syntax == FieldEditor.Secret)
            Set(expression, ExpressionTypes.Literal, Json.TryParse(value).Text("name") ?? value);
        else if (type == _editor.Syntax && TakesTemplates && value.Contains("{{", StringComparison.Ordinal))
            Set(expression, ExpressionTypes.Template, value);

        // Studio leaves the type out, and a value without a type counts as unset.
        wrapper["typeName"] ??= input.TypeName;
        return wrapper;
    }

    private static void Set(JsonObject expression, string type, string value)
    {
        expression["type"] = type;
        expression["value"] = value;
    }

    // Lists hold texts only, or Studio does not read them.
    private static JsonArray? ListIn(string type, JsonNode? value)
    {
        if (type is not (ExpressionTypes.Literal or ExpressionTypes.Object or "Json" or ExpressionTypes.Template))
            return null;

        var list = value as JsonArray ?? (value.Shown() is ['[', ..] text ? Json.TryParse(text) as JsonArray : null);
        if (list is not null)
            return [.. list.Select(item => (JsonNode)item.Shown())];
        return type == ExpressionTypes.Literal && value.Shown() is { Length: > 0 } single ? [single] : null;
    }
}
