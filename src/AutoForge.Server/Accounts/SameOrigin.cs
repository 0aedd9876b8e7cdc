using AutoForge.Server.Operations;

namespace AutoForge.Server.Accounts;

/// <summary>
/// Refuses a request that another site's page sent with the user's cookie. Browsers say where a request comes from; one
/// that says nothing is refused as well. Tokens and API keys are not sent by browsers on their own and need no check.
/// </summary>
internal sealed class SameOrigin(RequestDelegate next, PublicAddress publicAddress)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.User.Identity?.AuthenticationType == Schemes.Cookie && ChangesState(context.Request) && !IsSameOrigin(context.Request))
            throw new AutoForgeException("cross_origin", "A browser session may change things only from the server's own pages.");
        return next(context);
    }

    // A WebSocket begins with a GET and carries commands afterwards.
    private static bool ChangesState(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Headers.Upgrade.Count > 0;

    private bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [var site])
            return site == "same-origin";
        return request.Headers.Origin is [{ } origin]
            && (IsOrigin(origin, publicAddress.Origin) || IsOrigin(origin, $"{request.Scheme}://{request.Host}"));
    }

    private static bool IsOrigin(string sent, string own) => string.Equals(sent, own, StringComparison.OrdinalIgnoreCase);
}
