using System.Collections;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>How Studio edits a field.</summary>
/// <param name="Hint">Studio's name of the editor.</param>
/// <param name="Syntax">The type of expression that the editor reads and writes; empty for plain values.</param>
/// <param name="Specifications">What the editor offers.</param>
internal sealed record FieldEditor(string Hint, string Syntax, JsonObject? Specifications = null)
{
    public const string SecretPicker = "secret-picker";

    /// <summary>The type of expression that refers to a stored credential.</summary>
    public const string Secret = "Secret";

    /// <summary>Every editor of Studio that an activity may ask for.</summary>
    public static IReadOnlySet<string> Known { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        InputEditors.SingleLine, InputEditors.MultiLine, InputEditors.Code, InputEditors.CheckBox, InputEditors.DropDown,
        InputEditors.RadioList, InputEditors.CheckList, InputEditors.MultiText, InputEditors.Outcomes, InputEditors.Cases,
        InputEditors.Variable, InputEditors.WorkflowOutput, SecretPicker,
    };

    /// <summary>Whether people type text, in which <c>{{ }}</c> places are meant to be filled.</summary>
    public bool IsText => Hint is InputEditors.SingleLine or InputEditors.MultiLine;

    public static FieldEditor Of(InputDescriptor input)
    {
        var attributes = input.Attributes;
        if (attributes.Connection is { } connection)
            return new(SecretPicker, Secret, new() { [SecretPicker] = new JsonObject { ["typeNames"] = new JsonArray(connection), ["allowInlineCreate"] = true } });

        var editor = attributes.Editor ?? DefaultOf(input);
        var specifications = editor switch
        {
            InputEditors.TimeZone => Choice("dropdown", "selectList", ZoneNames.Places.Select(id => (id.Replace('_', ' '), id))),
            InputEditors.DropDown => Choice("dropdown", "selectList", OptionsOf(input)),
            InputEditors.RadioList => Choice("radiolist", "radioList", OptionsOf(input)),
            InputEditors.CheckList => Choice("checklist", "checkList", OptionsOf(input)),
            _ => null,
        };
        return new(editor == InputEditors.TimeZone ? InputEditors.DropDown : editor, SyntaxOf(editor, input), specifications);
    }

    private static JsonObject Choice(string hint, string list, IEnumerable<(string Text, string Value)> items) => new()
    {
        [hint] = new JsonObject
        {
            [list] = new JsonObject
            {
                ["items"] = new JsonArray([.. items.Select(item => new JsonObject { ["text"] = item.Text, ["value"] = item.Value })]),
                ["isFlagsEnum"] = false,
            },
        },
    };

    private static IEnumerable<(string Text, string Value)> OptionsOf(InputDescriptor input) =>
        input.Options.Select((value, index) => (input.Attributes.OptionTexts.ElementAtOrDefault(index) ?? value, value));

    private static string DefaultOf(InputDescriptor input)
    {
        var type = Nullable.GetUnderlyingType(input.ValueType) ?? input.ValueType;
        var isList = type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) && !typeof(JsonNode).IsAssignableFrom(type);
        return input.Options.Count > 0 ? isList ? InputEditors.CheckList : InputEditors.DropDown
            : type == typeof(bool) ? InputEditors.CheckBox
            : isList ? InputEditors.MultiText
            : InputEditors.SingleLine;
    }

    private static string SyntaxOf(string editor, InputDescriptor input) =>
        !input.IsWrapped ? ""
        : editor is InputEditors.CheckList or InputEditors.MultiText or InputEditors.Outcomes ? ExpressionTypes.Object
        : ExpressionTypes.Literal;
}
