using System.Text;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>The words of one <c>{{ }}</c>: enough to know what it calls and where it ends.</summary>
internal sealed class TemplateTokens
{
    private readonly string _text;
    private readonly Func<string, Exception> _error;
    private readonly StringBuilder _canonical = new();
    private int _at;

    /// <param name="text">The template.</param>
    /// <param name="start">Behind the opening braces.</param>
    /// <param name="braces">How many braces close it.</param>
    /// <param name="error">Makes the error for a message.</param>
    public TemplateTokens(string text, int start, int braces, Func<string, Exception> error)
    {
        (_text, _at, _error) = (text, start, error);
        if (Peek() is '#' or '/' or '^' or '>' or '*' or '&')
            Sigil = _text[_at++];
        Read(braces);
    }

    /// <summary>What stands before the first word, or NUL.</summary>
    public char Sigil { get; }

    /// <summary>The first word: path, helper or block.</summary>
    public string Head { get; private set; } = "";

    /// <summary>The word behind it.</summary>
    public string First { get; private set; } = "";

    /// <summary>How many values follow the first word; one in parentheses counts as one.</summary>
    public int Count { get; private set; } = -1;

    /// <summary>The helpers that are called in parentheses, with the number of their values.</summary>
    public List<(string Name, int Count)> Calls { get; } = [];

    /// <summary>How deep the parentheses are nested.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether white space behind it is dropped (<c>~}}</c>).</summary>
    public bool IsTrimmed { get; private set; }

    /// <summary>Behind the closing braces.</summary>
    public int End { get; private set; }

    /// <summary>The same with one space between words. Handlebars.Net does not see the end of a number before a tab or a tilde.</summary>
    public string Canonical => _canonical.ToString();

    private void Read(int braces)
    {
        var calls = new Stack<(string? Name, int Count)>();
        while (true)
        {
            switch (Peek())
            {
                case '\0':
                    throw _error("A place is opened by {{ and never closed by }}.");

                case var space when char.IsWhiteSpace(space):
                    _at++;
                    break;

                case '}' or '~':
                    if (calls.Count > 0)
                        throw _error("A parenthesis is not closed.");
                    Close(braces);
                    return;

                case '(':
                    Add("(", calls);
                    Write("(");
                    calls.Push((null, 0));
                    Depth = Math.Max(Depth, calls.Count);
                    _at++;
                    break;

                case ')':
                    if (!calls.TryPop(out var call) || call.Name is null)
                        throw _error("A parenthesis is closed that is not open, or is empty.");
                    Calls.Add((call.Name, call.Count));
                    _canonical.Append(')');
                    _at++;
                    break;

                case '|':
                    // Handlebars.Net looks names such as key or value up in the wrong table there, depending on the
                    // process's string hashes: the same template would write one thing today and another after a restart.
                    throw _error("Named block parameters (as |item|) are not available; use this, @index, @key and ../ instead.");

                default:
                    var word = ReadWord();
                    Add(word, calls);
                    Write(word);
                    break;
            }
        }
    }

    private void Add(string word, Stack<(string? Name, int Count)> calls)
    {
        if (calls.TryPop(out var call))
        {
            calls.Push(call.Name is null ? (word, 0) : (call.Name, call.Count + 1));
            return;
        }

        Count++;
        if (Count == 0)
            Head = word;
        else if (Count == 1)
            First = word;
    }

    private void Write(string word)
    {
        if (_canonical.Length > 0 && _canonical[^1] != '(')
            _canonical.Append(' ');
        _canonical.Append(word);
    }

    private void Close(int braces)
    {
        if (_text[_at] == '~')
        {
            IsTrimmed = true;
            _at++;
        }

        for (var i = 0; i < braces; i++, _at++)
        {
            if (Peek() != '}')
                throw _error($"A place that is opened by {braces} braces needs {braces} to close.");
        }

        if (Head.Length == 0 || Head == "(")
            throw _error("A place is empty: write a path or a helper between {{ and }}.");
        End = _at;
    }

    private string ReadWord()
    {
        var start = _at;
        if (Peek() is '"' or '\'')
        {
            ReadQuoted(Peek());
            return _text[start.._at];
        }

        while (Peek() is var next && next is not ('\0' or '}' or '~' or '(' or ')' or '|') && !char.IsWhiteSpace(next))
        {
            if (next == '[')
            {
                _at = _text.IndexOf(']', _at);
                if (_at < 0)
                    throw _error("A name in brackets is not closed by ].");
            }
            else if (next is '=' or '{' or '"' or '\'' or '`' or ';' or ',')
            {
                throw _error(next == '=' ? "Named arguments (name=value) are not available." : $"'{next}' is not allowed in a name; put the name in brackets: [name].");
            }

            _at++;
        }

        return _at > start ? _text[start.._at] : throw _error($"'{Peek()}' is not allowed here.");
    }

    private void ReadQuoted(char quote)
    {
        for (_at++; Peek() != quote; _at++)
        {
            if (Peek() == '\\' && _at + 1 < _text.Length && _text[_at + 1] == quote)
                _at++;
            if (_at >= _text.Length)
                throw _error("A text in quotes is not closed.");
        }

        _at++;
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';
}
