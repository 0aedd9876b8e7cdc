using Microsoft.AspNetCore.Authentication.BearerToken;

namespace AutoForge.Server.Accounts;

/// <summary>The ways to say who is calling.</summary>
internal static class Schemes
{
    /// <summary>One of the others, by what the request carries.</summary>
    public const string Any = "AutoForge";

    public const string Cookie = "Cookie";
    public const string Token = BearerTokenDefaults.AuthenticationScheme;
    public const string ApiKey = "ApiKey";

    /// <summary>An explicit header wins over a cookie that a browser sends along.</summary>
    public static string Pick(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer " + ApiKeys.ApiKeyText.Prefix, StringComparison.OrdinalIgnoreCase))
            return ApiKey;
        return authorization.Length > 0 ? Token : Cookie;
    }
}
