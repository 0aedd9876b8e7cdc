using System.Globalization;
using System.Text;
using QRCoder;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>A QR code as the path of an SVG, which needs no style and no script.</summary>
/// <param name="Size">Of the square, in modules.</param>
/// <param name="Data">One rectangle for each run of dark modules.</param>
internal sealed record QrPath(int Size, string Data)
{
    public static QrPath Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                var start = x;
                while (x < rows[y].Count && rows[y][x])
                    x++;
                if (x > start)
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1H{start}z");
            }
        }
        return new QrPath(rows.Count, path.ToString());
    }
}
