using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Activities.Email;

/// <summary>One address with an optional name: <c>Ada Lovelace &lt;ada@example.com&gt;</c>.</summary>
/// <param name="Name">What people see; null = only the address.</param>
/// <param name="Address">Local part and domain; the domain is ASCII (punycode), the local part may be UTF-8.</param>
public sealed record Mailbox(string? Name, string Address)
{
    private const string AtomSymbols = "!#$%&'*+-/=?^_`{|}~.";

    /// <summary>Whether a server must know SMTPUTF8 to take it.</summary>
    public bool NeedsUtf8 => Address.Any(c => c > 127);

    /// <summary>Everything after the at sign.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <summary>Reads exactly one address.</summary>
    /// <exception cref="FaultException"><c>invalid_address</c>.</exception>
    public static Mailbox Parse(string text)
    {
        HeaderText.Check("address", text, "invalid_address");
        var trimmed = text.Trim();
        string? name = null;
        var address = trimmed;
        if (trimmed.EndsWith('>') && trimmed.LastIndexOf('<') is var open and >= 0)
        {
            name = Unquote(trimmed[..open].Trim());
            address = trimmed[(open + 1)..^1];
        }
        if (name?.AsSpan().IndexOfAny("<>@") >= 0)
            throw Invalid(text);

        var at = address.LastIndexOf('@');
        if (at < 1 || address.Length > 254)
            throw Invalid(text);
        var local = address[..at];
        if (local.Length > 64 || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal)
            || !local.All(c => char.IsAsciiLetterOrDigit(c) || AtomSymbols.Contains(c, StringComparison.Ordinal) || (c > 127 && char.IsLetterOrDigit(c))))
            throw Invalid(text);
        return new(string.IsNullOrWhiteSpace(name) ? null : name, $"{local}@{ReadDomain(address[(at + 1)..], text)}");
    }

    /// <summary>Reads a list: a JSON list of addresses, or text with commas, semicolons or line breaks between them.</summary>
    /// <param name="value">The evaluated input.</param>
    /// <param name="template">The text that it was made from; null when it was not made from a template.</param>
    /// <exception cref="FaultException"><c>invalid_address</c>.</exception>
    internal static List<Mailbox> ParseList(object? value, string? template)
    {
        var entries = value switch
        {
            null => [],
            JsonArray list => list.Select(item => item?.ToString() ?? "").ToList(),
            string text when (template ?? text).TrimStart().StartsWith('[') => Json(text),
            string text => Split(text),
            _ => [value.ToString()!],
        };
        // Data that was inserted must not add recipients: "a@example.com, everyone@example.com" from a web form.
        if (template is not null && !template.TrimStart().StartsWith('[') && entries.Count > Split(template).Count)
            throw new FaultException("invalid_address", "A value that was inserted into the addresses contains more than one address; give a list instead.");
        return [.. entries.Select(Parse)];
    }

    private static List<string> Json(string text)
    {
        try
        {
            return [.. JsonNode.Parse(text)!.AsArray().Select(item => item?.ToString() ?? "")];
        }
        catch (JsonException e)
        {
            throw new FaultException("invalid_address", "The addresses begin like a JSON list but are not valid JSON.", e);
        }
    }

    // Separators inside quotes or angle brackets belong to one address.
    private static List<string> Split(string text)
    {
        var entries = new List<string>();
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
                isQuoted = !isQuoted;
            if (i < text.Length && (isQuoted || text[i] is not (',' or ';' or '\n')))
                continue;
            if (text[start..i].Trim() is { Length: > 0 } entry)
                entries.Add(entry);
            start = i + 1;
        }
        return entries;
    }

    private static string ReadDomain(string domain, string whole)
    {
        try
        {
            domain = new IdnMapping().GetAscii(domain.ToLowerInvariant());
        }
        catch (ArgumentException e)
        {
            throw new FaultException("invalid_address", Invalid(whole).Message, e);
        }
        return domain.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            ? domain
            : throw Invalid(whole);
    }

    private static string Unquote(string name) => name is ['"', .. var inner, '"']
        ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : name;

    private static FaultException Invalid(string text) =>
        new("invalid_address", $"\"{(text.Length > 80 ? text[..80] + "…" : text)}\" is not an e-mail address.");
}
