using System.Diagnostics.CodeAnalysis;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>A way into the data, such as <c>trigger.body.items.[0].name</c> or <c>steps.[HTTP Request].body</c>.</summary>
internal sealed class TemplatePath
{
    private readonly string[] _names;

    private TemplatePath(string[] names) => _names = names;

    /// <summary>False for what only Handlebars understands: <c>this</c>, <c>../</c>, <c>@index</c>, literals.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TemplatePath? path)
    {
        path = null;
        var names = new List<string>();
        var at = 0;
        while (true)
        {
            if (!TryReadName(text, ref at, out var name))
                return false;
            names.Add(name);
            if (at == text.Length)
                break;
            if (text[at++] != '.')
                return false;
        }

        // Handlebars reads these words as the context itself and as literals.
        if (!(char.IsLetter(text[0]) || text[0] is '_' or '$' or '[')
            || names.Exists(name => name.Equals("this", StringComparison.OrdinalIgnoreCase))
            || (names.Count == 1 && names[0] is "null" or "undefined" || bool.TryParse(text, out _)))
        {
            return false;
        }

        path = new([.. names]);
        return true;
    }

    /// <summary>The value, opened for writing; null when any part of the way is missing.</summary>
    public object? Find(ExpressionData data)
    {
        object? value = data.GetRoot(_names[0]);
        for (var i = 1; i < _names.Length && value is not null; i++)
            value = TemplateData.Member(value, _names[i]);
        return value;
    }

    private static bool TryReadName(string text, ref int at, out string name)
    {
        name = "";
        if (at >= text.Length)
            return false;

        var start = at;
        if (text[at] == '[')
        {
            at = text.IndexOf(']', start);
            if (at < 0)
                return false;
            name = text[(start + 1)..at++];
            return name.Length > 0;
        }

        while (at < text.Length && text[at] != '.')
        {
            if (!(char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '$'))
                return false;
            at++;
        }

        name = text[start..at];
        return name.Length > 0;
    }
}
