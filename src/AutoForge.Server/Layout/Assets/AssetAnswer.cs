using Microsoft.Net.Http.Headers;

namespace AutoForge.Server.Layout.Assets;

/// <summary>Sends an asset: compressed if the browser can, not at all if the browser has it.</summary>
internal sealed class AssetAnswer(Asset asset) : IResult
{
    private const string KeptForEver = "public, max-age=31536000, immutable";
    private const string AskedEachTime = "no-cache";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = asset.Pick(httpContext.Request);
        var headers = httpContext.Response.Headers;
        headers.CacheControl = IsKeptForEver(httpContext.Request) ? KeptForEver : AskedEachTime;
        if (asset.IsNegotiated)
            headers.Vary = HeaderNames.AcceptEncoding;
        if (body.Encoding is { } encoding)
            headers.ContentEncoding = encoding;
        return body.ToResult(asset.ContentType).ExecuteAsync(httpContext);
    }

    // An address that asks for an older version gets today's file; a cache must not keep that under the old address.
    private bool IsKeptForEver(HttpRequest request) =>
        asset.IsFingerprinted || request.Query["v"] is [{ } version] && version == asset.Version;
}
