using System.Buffers;
using AutoForge.Engine.Triggers;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Webhooks;

/// <summary><c>ANY /hooks/{token}</c>: answers 202 after the run is durable, never before.</summary>
internal static class WebhookEndpoint
{
    public static void MapWebhooks(this IEndpointRouteBuilder app) =>
        app.Map("/hooks/{token}", ReceiveAsync)
            .ForAnyone()
            .WithTags("Webhooks")
            .WithSummary("Start the workflow behind a webhook address");

    private static async Task ReceiveAsync(string token, HttpContext context, WebhookIntake intake)
    {
        // An unknown address costs neither reading a body nor memory.
        if (!await intake.ExistsAsync(token, context.RequestAborted))
            throw new NotFoundException();

        var request = new WebhookRequest
        {
            Token = token,
            Method = context.Request.Method.ToUpperInvariant(),
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Query = [.. context.Request.Query.SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value ?? ""))],
            ContentType = context.Request.ContentType,
            Body = await ReadBodyAsync(context.Request, context.RequestAborted),
        };
        // The caller may hang up; the run is accepted or refused all the same, and the same key finds it again.
        var receipt = await intake.ReceiveAsync(request, CancellationToken.None);
        await WebhookAnswer.WriteAsync(context, receipt);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength == 0)
            return default;
        while (true)
        {
            // Kestrel counts the bytes, chunked ones too, and throws past the limit (413).
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
