using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using AutoForge.Server.Accounts;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Layout;

/// <summary>The page at the root: what this server is, and how to begin.</summary>
internal static class StartPage
{
    private static readonly string Template = ReadTemplate();

    public static void MapStartPage(this IEndpointRouteBuilder app) =>
        app.MapGet("/", Show).ForAnyone().ExcludeFromDescription();

    private static IResult Show(HttpContext context, Greeting greeting)
    {
        var nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        var html = Template
            .Replace("{nonce}", nonce, StringComparison.Ordinal)
            .Replace("{command}", WebUtility.HtmlEncode(greeting.FirstAccountCommand), StringComparison.Ordinal);
        return Results.Content(html, "text/html; charset=utf-8");
    }

    private static string ReadTemplate()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("StartPage.html")!);
        return reader.ReadToEnd();
    }
}
