using System.Text;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>
/// Reads the places of a template, splits plain templates into parts, and refuses what is not offered before Handlebars sees it:
/// partials, decorators, layouts, raw blocks, named arguments, unknown helpers and blocks, and nesting without end.
/// </summary>
internal sealed class TemplateParser
{
    public const string ErrorCode = "template_invalid";
    private const int MaxLength = 64 * 1024;

    // Handlebars.Net needs half a millisecond to compile a place and recurses into nested ones: publishing must stay quick
    // whatever the template is.
    private const int MaxPlaces = 500;
    private const int MaxDepth = 32;
    private const int MaxCallDepth = 8;

    private readonly string _text;
    private readonly List<TemplatePart> _parts = [];
    private readonly Stack<(string Name, int At, int Branches)> _open = [];
    private readonly StringBuilder _static = new();
    private readonly StringBuilder _source = new();
    private bool _isPlain = true;
    private int _places;
    private int _at;
    private int _copied;

    private TemplateParser(string text) => _text = text;

    /// <exception cref="AutoForgeException"><c>template_invalid</c>, with the line.</exception>
    public static TemplateSyntax Parse(string text) => new TemplateParser(text).Parse();

    private TemplateSyntax Parse()
    {
        if (_text.Length > MaxLength)
            throw new AutoForgeException(ErrorCode, $"A template may have {MaxLength / 1024} KB at most.");

        while (_at < _text.Length)
        {
            if (ReadEscape())
                continue;
            if (_text.AsSpan(_at).StartsWith("{{"))
                ReadTag();
            else
                _static.Append(_text[_at++]);
        }

        if (_open.TryPeek(out var block))
            throw Error(block.At, $"{{{{#{block.Name}}}}} is never closed by {{{{/{block.Name}}}}}.");

        EndStatic();
        _source.Append(_text, _copied, _text.Length - _copied);
        return new(_parts, _isPlain, _source.ToString());
    }

    // \{{ is a literal {{, and \\{{ a literal backslash before a place.
    private bool ReadEscape()
    {
        var rest = _text.AsSpan(_at);
        if (rest.StartsWith(@"\{{"))
        {
            _static.Append("{{");
            _at += 3;
            return true;
        }

        if (rest.StartsWith(@"\\"))
        {
            _static.Append(rest[2..].StartsWith("{{") ? @"\" : @"\\");
            _at += 2;
            return true;
        }

        return false;
    }

    private void EndStatic()
    {
        if (_static.Length == 0)
            return;
        _parts.Add(new(_static.ToString()));
        _static.Clear();
    }

    private void ReadTag()
    {
        var start = _at;

        var braces = _text.AsSpan(start).IndexOfAnyExcept('{') is var count and >= 0 ? count : _text.Length - start;
        if (braces > 3)
            throw Error(start, "Raw blocks ({{{{ }}}}) are not available.");

        _at += braces;
        if (Peek() == '~')
            _at++;
        if (Peek() == '!')
        {
            SkipComment(start);
            return;
        }

        var tokens = new TemplateTokens(_text, _at, braces, message => Error(start, message));
        _at = tokens.End;
        _places += 1 + tokens.Calls.Count;
        if (_places > MaxPlaces)
            throw Error(start, $"A template may have {MaxPlaces} places and calls at most.");
        Check(start, tokens);
        Keep(start, tokens, braces == 3);
        Rewrite(start, tokens, braces);
    }

    // {"id": {{json id}}}: Handlebars.Net takes }}} for the end of a raw place and gives up. A space that is trimmed away keeps them apart.
    private void Rewrite(int start, TemplateTokens tokens, int braces)
    {
        var isFollowed = Peek() == '}';
        var isTrimmedBefore = _text[start + braces] == '~';
        _source.Append(_text, _copied, start + braces - _copied)
            .Append(isTrimmedBefore ? "~" : "")
            .Append(tokens.Sigil == '\0' ? "" : tokens.Sigil.ToString())
            .Append(tokens.Canonical)
            .Append(isFollowed || tokens.IsTrimmed ? " ~" : "")
            .Append('}', braces)
            .Append(isFollowed ? " " : "");
        _copied = _at;
    }

    private void SkipComment(int start)
    {
        if (_text.AsSpan(_at).StartsWith("!<"))
            throw Error(start, "Layouts are not available.");

        var isLong = _text.AsSpan(_at).StartsWith("!--");
        var end = _text.IndexOf(isLong ? "--}}" : "}}", _at, StringComparison.Ordinal);
        if (isLong && end < 0)
            end = _text.IndexOf("--~}}", _at, StringComparison.Ordinal) is var trimmed and >= 0 ? trimmed + 1 : -1;
        if (end < 0)
            throw Error(start, "The comment is never closed.");

        _at = end + (isLong ? 4 : 2);
        _isPlain = false;
    }

    private void Check(int start, TemplateTokens tokens)
    {
        switch (tokens.Sigil)
        {
            case '#':
                if (!TemplateFunctions.Blocks.Contains(tokens.Head))
                    throw Error(start, $"There is no block '{tokens.Head}'. Blocks are {string.Join(", ", TemplateFunctions.Blocks)}.");
                if (tokens.Count != 1)
                    throw Error(start, $"{{{{#{tokens.Head}}}}} needs one value.");
                _open.Push((tokens.Head, start, 0));
                if (_open.Count > MaxDepth)
                    throw Error(start, $"Blocks may be nested {MaxDepth} deep at most.");
                break;

            case '/':
                if (!_open.TryPop(out var block) || block.Name != tokens.Head)
                    throw Error(start, $"{{{{/{tokens.Head}}}}} closes nothing that is open here.");
                break;

            case '^' or '>' or '*' or '&':
                throw Error(start, $"'{tokens.Sigil}' is not available here.");

            default:
                if (tokens.Head == "else")
                    CheckBranch(start, tokens);
                else if (tokens.Count > 0)
                    CheckCall(start, tokens.Head, tokens.Count);
                break;
        }

        foreach (var (name, values) in tokens.Calls)
            CheckCall(start, name, values);

        if (tokens.Depth > MaxCallDepth)
            throw Error(start, $"Parentheses may be nested {MaxCallDepth} deep at most.");
    }

    private void CheckCall(int start, string name, int values)
    {
        if (!TemplateFunctions.IsKnown(name))
            throw Error(start, $"There is no helper '{name}'.");
        if (!TemplateFunctions.Takes(name, values))
            throw Error(start, $"The helper '{name}' does not take {values} values.");
    }

    private void CheckBranch(int start, TemplateTokens tokens)
    {
        if (!_open.TryPop(out var block))
            throw Error(start, "{{else}} stands outside of a block.");
        if (tokens.Count is not (0 or 2) || (tokens.Count == 2 && (tokens.First != "if" || block.Name is not ("if" or "unless"))))
            throw Error(start, "Write {{else}} or, inside {{#if}}, {{else if value}}.");
        if (block.Branches == MaxDepth)
            throw Error(start, $"A block may have {MaxDepth} branches at most.");
        _open.Push(block with { Branches = block.Branches + 1 });
    }

    private void Keep(int start, TemplateTokens tokens, bool isRaw)
    {
        var isTrimmed = _text[start + (isRaw ? 3 : 2)] == '~' || tokens.IsTrimmed;
        if (tokens.Sigil == '\0' && tokens.Count == 0 && !isTrimmed
            && !TemplateFunctions.IsKnown(tokens.Head) && TemplatePath.TryParse(tokens.Head, out var path))
        {
            EndStatic();
            _parts.Add(new("", path, isRaw));
        }
        else
        {
            _isPlain = false;
        }
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private AutoForgeException Error(int at, string message) =>
        new(ErrorCode, $"Line {_text.AsSpan(0, at).Count('\n') + 1}: {message}");
}
