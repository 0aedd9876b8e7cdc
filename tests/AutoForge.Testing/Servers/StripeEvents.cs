using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoForge.Testing.Servers;

/// <summary>Events as Stripe sends and signs them.</summary>
public static class StripeEvents
{
    public const string SecretKey = "sk_test_standin";
    public const string WebhookSecret = "whsec_standin";

    public static JsonObject Event(string type, JsonObject thing, string? id = null, bool live = false) => new()
    {
        ["id"] = id ?? "evt_" + Ids.NewText(),
        ["object"] = "event",
        ["type"] = type,
        ["livemode"] = live,
        ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        ["data"] = new JsonObject { ["object"] = thing },
    };

    /// <summary>A checkout session as it is when its payment has come.</summary>
    public static JsonObject PaidSession(Guid account, long cents, string? payment = null) => new()
    {
        ["id"] = "cs_test_" + Ids.NewText(),
        ["object"] = "checkout.session",
        ["mode"] = "payment",
        ["payment_status"] = "paid",
        ["currency"] = "usd",
        ["amount_total"] = cents,
        ["client_reference_id"] = account.ToString(),
        ["payment_intent"] = payment ?? "pi_" + Ids.NewText(),
    };

    /// <summary>A charge that tells the total of its refunds.</summary>
    public static JsonObject RefundedCharge(string payment, long refundedCents) => new()
    {
        ["id"] = "ch_" + payment,
        ["object"] = "charge",
        ["currency"] = "usd",
        ["amount_refunded"] = refundedCents,
        ["payment_intent"] = payment,
    };

    public static JsonObject Refund(string payment, string id, long cents, string status = "succeeded") => new()
    {
        ["id"] = id,
        ["object"] = "refund",
        ["currency"] = "usd",
        ["amount"] = cents,
        ["status"] = status,
        ["payment_intent"] = payment,
    };

    public static JsonObject Dispute(string payment, string id, long cents, string status) => new()
    {
        ["id"] = id,
        ["object"] = "dispute",
        ["currency"] = "usd",
        ["amount"] = cents,
        ["status"] = status,
        ["payment_intent"] = payment,
    };

    /// <summary>The header that goes with the body.</summary>
    public static string Sign(ReadOnlySpan<byte> body, DateTimeOffset at, string secret = WebhookSecret)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    /// <summary>One delivery. Without <paramref name="signature"/> it is signed now and rightly.</summary>
    public static async Task<HttpResponseMessage> DeliverAsync(
        HttpClient client, JsonNode sent, string? signature = null, CancellationToken cancellationToken = default)
    {
        var body = Encoding.UTF8.GetBytes(sent.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/stripe") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature ?? Sign(body, TimeProvider.System.GetUtcNow()));
        return await client.SendAsync(request, cancellationToken);
    }
}
