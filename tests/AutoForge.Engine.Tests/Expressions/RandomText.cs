using System.Text;

namespace AutoForge.Engine.Tests.Expressions;

/// <summary>Text that is likely to hurt: quotes, braces, markup, control characters and letters from everywhere in Unicode.</summary>
internal static class RandomText
{
    private static readonly string[] Hostile =
        ["\"", "'", "\\", "{{", "}}", "{{{", "</script>", "<!--", "&amp;", "&", "\r\n", "\0", "\u2028", "\u0085", "%2f", "+", " ", "\":1,\"x\":\"", "[", "]", "🚀", "é"];

    public static string Next(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(0, 40); left > 0; left--)
        {
            if (random.Next(3) == 0)
                text.Append(Hostile[random.Next(Hostile.Length)]);
            else if (Rune.TryCreate(random.Next(random.Next(2) == 0 ? 0x80 : 0x10FFFF), out var rune))
                text.Append(rune);
        }

        return text.ToString();
    }
}
