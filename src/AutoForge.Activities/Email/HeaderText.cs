using System.Text;

namespace AutoForge.Activities.Email;

/// <summary>Text for the header of a mail: checked, encoded (RFC 2047) and folded.</summary>
internal static class HeaderText
{
    // 75 characters at most: =?utf-8?B? + 60 of base64 + ?=
    private const int BytesPerWord = 45;
    private const int MaxPlain = 200;

    /// <summary>Refuses what ends a line for any reader: CR, LF, NUL and the other controls, U+0085, U+2028, U+2029.</summary>
    /// <exception cref="FaultException">With <paramref name="code"/>.</exception>
    public static void Check(string field, string? text, string code = "invalid_input")
    {
        if (text?.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029') == true)
            throw new FaultException(code, $"The {field} contains a line break or another control character.");
    }

    /// <summary>Free text such as a subject.</summary>
    public static string Unstructured(string text) => IsPlain(text) ? text : Words(text);

    /// <summary>A display name and its address.</summary>
    public static string Mailbox(Mailbox mailbox) => mailbox.Name switch
    {
        null => mailbox.Address,
        var name when IsPlain(name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\r\n <{mailbox.Address}>",
        var name => $"{Words(name)}\r\n <{mailbox.Address}>",
    };

    // Text that looks like an encoded word would be decoded by the reader. Long lines are cut by encoding.
    private static bool IsPlain(string text) =>
        text.Length <= MaxPlain && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);

    private static string Words(string text)
    {
        var words = new List<string>();
        var pending = new List<byte>(BytesPerWord);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (pending.Count + length > BytesPerWord)
                Flush();
            pending.AddRange(utf8[..length]);
        }
        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String(pending.ToArray())}?=");
            pending.Clear();
        }
    }
}
