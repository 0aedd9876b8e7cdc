using System.Text;
using System.Text.Json;

namespace AutoForge.Engine.Workflows;

/// <summary>Names of code as names of the document and as words for people.</summary>
internal static class Words
{
    public static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary><c>TimeoutSeconds</c> → <c>Timeout seconds</c>; runs of capitals stay: <c>ReplyURL</c> → <c>Reply URL</c>.</summary>
    public static string Spaced(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        for (var at = 0; at < name.Length; at++)
        {
            var starts = at > 0 && char.IsUpper(name[at]) && !char.IsUpper(name[at - 1]);
            var isAcronym = at + 1 < name.Length && char.IsUpper(name[at + 1]);
            if (starts)
                words.Append(' ');
            words.Append(starts && !isAcronym ? char.ToLowerInvariant(name[at]) : name[at]);
        }

        return words.ToString();
    }
}
