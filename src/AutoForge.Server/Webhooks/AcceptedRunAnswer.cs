using System.Text;

namespace AutoForge.Server.Webhooks;

/// <summary>The answer to an accepted run: <c>202 {"runId", "status"}</c> and where to look.</summary>
internal static class AcceptedRunAnswer
{
    public static Task WriteAsync(HttpContext context, Guid runId)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = $"/api/v1/runs/{runId}";
        context.Response.ContentType = "application/json";
        var body = Encoding.ASCII.GetBytes($$"""{"runId":"{{runId}}","status":"Queued"}""");
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
