namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Where somebody goes on after signing in: a page of this server, never another site.</summary>
internal static class ReturnUrl
{
    public const string Home = "/dashboard";

    /// <summary>The sign-in page, which leads back to the page that was asked for.</summary>
    public static string ToSignIn(HttpRequest request) =>
        // What was posted is gone; the page it was posted from is not known.
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? "/sign-in" + QueryString.Create("returnUrl", request.Path + request.QueryString)
            : "/sign-in";

    /// <summary>The given address if it is a path on this server, else the dashboard.</summary>
    public static string Local(string? url) => IsLocal(url) ? url! : Home;

    // Browsers read "//host" and "/\host" as another host, and drop tabs and line ends before they look.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not (['/', '/' or '\\', ..]) && !url.Any(char.IsControl);
}
