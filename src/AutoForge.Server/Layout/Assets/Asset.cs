using Microsoft.Net.Http.Headers;

namespace AutoForge.Server.Layout.Assets;

/// <summary>A file for browsers, in every encoding that it is kept in.</summary>
internal sealed class Asset
{
    private readonly AssetBody _plain;
    private readonly AssetBody[] _compressed;

    private Asset(string contentType, bool isFingerprinted, AssetBody plain, params AssetBody[] compressed)
    {
        ContentType = contentType;
        IsFingerprinted = isFingerprinted;
        _plain = plain;
        _compressed = compressed;
    }

    public string ContentType { get; }

    /// <summary>Whether its address already changes with its content.</summary>
    public bool IsFingerprinted { get; }

    /// <summary>Changes with the content: <c>?v=</c> of a cacheable address.</summary>
    public string Version => _plain.Hash;

    /// <summary>Whether there is a choice, so that caches must keep the encodings apart.</summary>
    public bool IsNegotiated => _compressed.Length > 0;

    /// <summary>A file on disk; neighbours <c>.br</c> and <c>.gz</c> hold the same content, compressed.</summary>
    public static Asset FromFile(string path, string contentType, bool isFingerprinted) => new(
        contentType, isFingerprinted, AssetBody.FromFile(path),
        [.. new[] { (Name: "br", File: path + ".br"), (Name: "gzip", File: path + ".gz") }
            .Where(encoding => File.Exists(encoding.File))
            .Select(encoding => AssetBody.FromFile(encoding.File, encoding.Name))]);

    /// <summary>Content in memory, compressed at its first use unless its type is compressed already.</summary>
    public static Asset FromBytes(byte[] content, string contentType) => IsText(contentType)
        ? new Asset(contentType, isFingerprinted: false, AssetBody.FromBytes(content), AssetBody.Brotli(content), AssetBody.Gzip(content))
        : new Asset(contentType, isFingerprinted: false, AssetBody.FromBytes(content));

    /// <summary>The smallest body that the browser takes.</summary>
    public AssetBody Pick(HttpRequest request)
    {
        if (_compressed.Length == 0 || !StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
            return _plain;
        return Array.Find(_compressed, body => accepted.Any(encoding => encoding.Value == body.Encoding && encoding.Quality != 0)) ?? _plain;
    }

    private static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.Ordinal) || contentType is "image/svg+xml" or "application/json";
}
