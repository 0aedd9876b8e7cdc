using System.Globalization;
using System.Text;

namespace AutoForge.Activities.Email;

/// <summary>RFC 2045, 6.7: text stays readable, lines stay below 77 characters, everything is ASCII.</summary>
internal static class QuotedPrintable
{
    private const int MaxLine = 76;

    public static void Append(StringBuilder target, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                target.Append("\r\n");
            AppendLine(target, Encoding.UTF8.GetBytes(lines[i]));
        }
    }

    private static void AppendLine(StringBuilder target, byte[] line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isLast = i == line.Length - 1;
            // Blanks at the end of a line may get lost on the way.
            var isLiteral = line[i] is (>= 33 and <= 126 and not (byte)'=') || (line[i] is (byte)' ' or (byte)'\t' && !isLast);
            var width = isLiteral ? 1 : 3;
            // One column stays free for the soft break.
            if (column + width > (isLast ? MaxLine : MaxLine - 1))
            {
                target.Append("=\r\n");
                column = 0;
            }
            if (isLiteral)
                target.Append((char)line[i]);
            else
                target.Append('=').Append(line[i].ToString("X2", CultureInfo.InvariantCulture));
            column += width;
        }
    }
}
