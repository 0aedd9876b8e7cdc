using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Layout;

/// <summary>A component rendered as a whole page, with the policy that our own pages get by with.</summary>
/// <param name="parameters">The component's parameters, as an anonymous object.</param>
internal sealed class HtmlPage<TComponent>(object? parameters = null, int statusCode = StatusCodes.Status200OK) : IResult
    where TComponent : IComponent
{
    private const string OwnFilesOnly =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public string ContentSecurityPolicy { get; init; } = OwnFilesOnly;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        // What an account sees is not left behind in a shared browser.
        headers.CacheControl = "no-cache, no-store";
        var result = parameters is null ? new RazorComponentResult<TComponent>() : new RazorComponentResult<TComponent>(parameters);
        // Rendered to the end before the first byte leaves, so that a failure can still become an error page.
        result.PreventStreamingRendering = true;
        result.StatusCode = statusCode;
        return result.ExecuteAsync(httpContext);
    }
}
