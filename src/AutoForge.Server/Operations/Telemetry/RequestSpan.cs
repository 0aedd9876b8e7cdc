using System.Diagnostics;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>Says in the span of a request what was asked for and what came of it: the route, for the address may hold a secret.</summary>
internal sealed class RequestSpan(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is not { } span)
        {
            await next(context);
            return;
        }
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.route", route);
        span.SetTag("http.request.method", context.Request.Method);
        try
        {
            await next(context);
        }
        finally
        {
            // What an exception becomes is decided further out, and counted there.
            if (context.Response.HasStarted)
                span.SetTag("http.response.status_code", context.Response.StatusCode);
        }
    }
}
