using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Engine.Steps;

/// <summary>The key by which a receiver recognises that a request is a repeat.</summary>
internal static class IdempotencyKey
{
    /// <summary>43 characters of base64url. The same for every try of the step, in the run itself and in each replay of it.</summary>
    public static string For(Guid originRunId, string nodeId, int visit) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{originRunId:N}/{visit}/{nodeId}"))));
}
