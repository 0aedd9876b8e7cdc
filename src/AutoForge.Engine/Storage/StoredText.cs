using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AutoForge.Engine.Storage;

/// <summary>
/// Text as PostgreSQL can hold it: without U+0000 and without half a surrogate pair. Names and messages come from outside
/// and may hold both; a write that fails on them would fail on every try and take the run's result with it.
/// </summary>
internal static class StoredText
{
    /// <summary>The same text; what cannot be stored is replaced by U+FFFD.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || !text.Any(c => c == '\0' || char.IsSurrogate(c)))
            return text;

        var stored = new StringBuilder(text.Length);
        // Enumerating runes replaces halves of pairs already.
        foreach (var rune in text.EnumerateRunes())
            stored.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return stored.ToString();
    }
}
