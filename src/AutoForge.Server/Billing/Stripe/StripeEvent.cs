using System.Text.Json;

namespace AutoForge.Server.Billing.Stripe;

/// <summary>Something that happened at the payment provider. Events come late, twice and in any order.</summary>
/// <param name="Object">The thing it is about, as it was at that time.</param>
internal sealed record StripeEvent(string Id, string Type, bool Live, DateTimeOffset CreatedAt, JsonElement Object)
{
    private const int MostTextLength = 255;
    private const long LastSecond = 253_402_300_799;

    /// <summary>Null when it is not one.</summary>
    public static StripeEvent? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return Of(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Parse"/>
    public static StripeEvent? Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || root.Text("id") is not { Length: > 0 and <= MostTextLength } id
            || root.Text("type") is not { Length: > 0 and <= MostTextLength } type
            || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("object", out var thing) || thing.ValueKind != JsonValueKind.Object)
            return null;
        var seconds = Math.Clamp(root.Number("created") ?? 0, 0, LastSecond);
        return new StripeEvent(id, type, root.Flag("livemode"), DateTimeOffset.FromUnixTimeSeconds(seconds), thing.Clone());
    }
}
