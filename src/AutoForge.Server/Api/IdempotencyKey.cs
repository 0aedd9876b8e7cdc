using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Api;

/// <summary>The header <c>Idempotency-Key</c> on calls that start runs.</summary>
internal static class IdempotencyKey
{
    private const int MaxLength = 255;

    /// <summary>Null when the caller gave none.</summary>
    public static string? Of(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
            return null;
        return key.Length <= MaxLength && !key.Any(char.IsControl)
            ? key
            : throw new InvalidInputException("Idempotency-Key", $"The header Idempotency-Key must be 1 to {MaxLength} printable characters.");
    }
}
