using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoForge.Expressions;

/// <summary>Text or data with the language it is written in, as Elsa 3 stores it: <c>{"type": "Template", "value": "…"}</c>.</summary>
/// <param name="Type">One of <see cref="ExpressionTypes"/>.</param>
/// <param name="Value">Any JSON: a scalar for literals, text for languages, an object for references.</param>
public sealed record Expression(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("value")] JsonNode? Value)
{
    /// <summary>What an engine made of it; not part of the document.</summary>
    [JsonIgnore] public object? Compiled { get; set; }

    /// <summary>A fixed value.</summary>
    public static Expression Literal<T>(T value) => new(ExpressionTypes.Literal, JsonSerializer.SerializeToNode(value));

    /// <summary>Text with <c>{{ }}</c> places.</summary>
    public static Expression Template(string text) => new(ExpressionTypes.Template, text);

    /// <summary>The value of a variable by id.</summary>
    public static Expression Variable(string id) => new(ExpressionTypes.Variable, new JsonObject { ["id"] = id });

    /// <summary>A workflow input by name.</summary>
    public static Expression Input(string name) => new(ExpressionTypes.Input, new JsonObject { ["name"] = name });
}

/// <summary>The languages of expressions. Case-sensitive.</summary>
public static class ExpressionTypes
{
    /// <summary>A fixed value.</summary>
    public const string Literal = "Literal";

    /// <summary>JSON text, parsed to the target type.</summary>
    public const string Object = "Object";

    /// <summary>A variable by id.</summary>
    public const string Variable = "Variable";

    /// <summary>A workflow input by name.</summary>
    public const string Input = "Input";

    /// <summary>Text with <c>{{ }}</c> places.</summary>
    public const string Template = "Template";

    /// <summary>A script; needs the script worker.</summary>
    public const string JavaScript = "JavaScript";

    /// <summary>A Liquid template; needs the script worker.</summary>
    public const string Liquid = "Liquid";
}
