using Microsoft.Extensions.Options;

namespace AutoForge.Server.Layout;

/// <summary>What every answer tells browsers. A page that needs more than nothing sets its own content policy.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<ServerOptions> options)
{
    private const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // Late, so that an error that clears the answer's headers keeps these.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.XFrameOptions = "DENY";
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = NothingAllowed;
            if (options.Value.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
            // Answers of the API hold tokens, keys and account data.
            if (headers.CacheControl.Count == 0 && context.Request.Path.StartsWithSegments("/api"))
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
