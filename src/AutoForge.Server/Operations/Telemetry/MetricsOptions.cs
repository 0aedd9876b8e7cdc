using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>Who may read <c>/metrics</c> besides administrators. Section <c>AutoForge:Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    public const int LeastLength = 16;

    /// <summary>What a scraper sends as <c>Authorization: Bearer …</c>.</summary>
    /// <value>At least 16 characters; default empty: administrators alone. No address, loopback included, is let in without.</value>
    public string Token { get; set; } = "";

    public bool Admits(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var sent = request.Headers.Authorization.ToString();
        return Token.Length >= LeastLength
            && sent.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent[scheme.Length..]), Encoding.UTF8.GetBytes(Token));
    }
}
