using AutoForge.Server.Accounts;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Events;

/// <summary><c>POST /api/webhooks/stripe</c>: 200 after commit, and then only.</summary>
internal static class StripeWebhookEndpoint
{
    public static void MapStripeWebhook(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/webhooks/stripe", ReceiveAsync)
            .ForAnyone()
            .WithTags("Money")
            .WithSummary("Take a signed event of the payment provider");

    private static async Task<IResult> ReceiveAsync(
        HttpRequest request, StripeEventIntake intake, IOptions<StripeOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        // Before the body is read: without a secret nothing in it can be believed.
        if (options.Value.WebhookSecret.Length == 0)
            throw new AutoForgeException("payments_off", "This server has no secret to check payment events with.");

        var body = await ReadBodyAsync(request, cancellationToken);
        if (!StripeSignature.IsValid(request.Headers[StripeSignature.Header], body, options.Value.WebhookSecret, time.GetUtcNow()))
            throw new AutoForgeException("stripe_signature", "The event is not signed with this server's secret, or was signed too long ago.");
        var received = StripeEvent.Parse(body) ?? throw new AutoForgeException("invalid_json", "The body is not an event.");

        // The sender may hang up; what it has sent is booked all the same.
        await intake.ReceiveAsync(received, CancellationToken.None);
        return TypedResults.Ok();
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        // Kestrel counts the bytes and throws past its limit (413).
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }
}
