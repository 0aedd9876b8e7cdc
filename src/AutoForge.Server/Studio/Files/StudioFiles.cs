using System.Text;
using AutoForge.Server.Layout.Assets;

namespace AutoForge.Server.Studio.Files;

/// <summary>Offers the package's files at the root, where its scripts look for them.</summary>
internal static class StudioFiles
{
    // Scripts of the package also run as workers, which follow the policy of their own answer.
    private const string ScriptPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'";

    private static readonly Asset NoSettings = Asset.FromBytes(Encoding.UTF8.GetBytes("{}"), "application/json");

    public static void MapStudioFiles(this IEndpointRouteBuilder app)
    {
        var package = app.ServiceProvider.GetRequiredService<StudioPackage>();
        foreach (var pattern in new[] { "/_framework/{**path}", "/_content/{**path}", "/Elsa.Studio.Host.CustomElements.styles.css" })
            app.MapAssets(pattern, package.Get).AddEndpointFilter(AllowScriptsAsync);
        // Asked for at start; the elements are told everything by their attributes.
        app.MapAssets("/appsettings.json", _ => NoSettings);
    }

    private static ValueTask<object?> AllowScriptsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.ContentSecurityPolicy = ScriptPolicy;
        return next(context);
    }
}
