using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using AutoForge.Activities;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>Collects what a template writes, encodes what it inserts, and stops at the size limit. One thread at a time; dispose it to give its buffer back.</summary>
internal sealed class TemplateWriter : TextWriter
{
    /// <summary>In UTF-16 units.</summary>
    public const int MaxLength = 1024 * 1024;

    // Letters of all languages stay; whatever has a meaning in JSON or HTML is escaped.
    private static readonly JavaScriptEncoder JsonEncoder = JavaScriptEncoder.Create(UnicodeRanges.All);
    private static readonly HtmlEncoder HtmlEncoder = HtmlEncoder.Create(UnicodeRanges.All);

    private char[] _buffer = ArrayPool<char>.Shared.Rent(512);
    private int _length;

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <exception cref="AutoForgeException"><c>result_too_large</c>.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        EnsureFits(buffer.Length);
        buffer.CopyTo(Reserve(buffer.Length));
        _length += buffer.Length;
    }

    /// <summary>Writes what comes from data.</summary>
    /// <exception cref="AutoForgeException"><c>result_too_large</c>.</exception>
    public void WriteEncoded(ReadOnlySpan<char> text, TextEncoding encoding)
    {
        switch (encoding)
        {
            case TextEncoding.Json:
                Encode(JsonEncoder, text);
                break;
            case TextEncoding.Html:
                Encode(HtmlEncoder, text);
                break;
            case TextEncoding.Url:
                EncodeUrl(text);
                break;
            default:
                Write(text);
                break;
        }
    }

    public override string ToString() => new(_buffer, 0, _length);

    protected override void Dispose(bool disposing)
    {
        // The pool is shared by all accounts: what one of them wrote does not stay in it.
        if (_buffer.Length > 0)
            ArrayPool<char>.Shared.Return(_buffer, clearArray: true);
        (_buffer, _length) = ([], 0);
        base.Dispose(disposing);
    }

    private void Encode(TextEncoder encoder, ReadOnlySpan<char> text)
    {
        EnsureFits(text.Length);
        while (!text.IsEmpty)
        {
            // Room for one pair of surrogates at its longest, so that every round consumes something.
            var target = Reserve(Math.Max(text.Length, encoder.MaxOutputCharactersPerInputCharacter * 2));
            encoder.Encode(text, target, out var consumed, out var written);
            _length += written;
            text = text[consumed..];
            EnsureFits(text.Length);
        }
    }

    private void EncodeUrl(ReadOnlySpan<char> text)
    {
        EnsureFits(text.Length);
        int written;
        var target = Reserve(text.Length);
        while (!Uri.TryEscapeDataString(text, target, out written))
            target = Reserve(target.Length * 2);
        _length += written;
        EnsureFits(0);
    }

    // No encoding shortens a text, so this can be asked before as well as after it.
    private void EnsureFits(int more)
    {
        if (more > MaxLength - _length)
            throw new AutoForgeException(TemplateScope.ErrorCode, $"The template's result is larger than {MaxLength / 1024 / 1024} MB.");
    }

    // All the room behind what is written: as much as was asked for, or more.
    private Span<char> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<char>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
