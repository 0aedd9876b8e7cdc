using System.IO.Compression;
using System.Security.Cryptography;

namespace AutoForge.Server.Layout.Assets;

/// <summary>The bytes of an asset in one encoding, from a file or from memory.</summary>
internal sealed class AssetBody
{
    // 64 bits tell versions of one file apart.
    private const int HashBytes = 8;

    private readonly string? _file;
    private readonly Lazy<byte[]>? _bytes;
    private readonly Lazy<string> _hash;

    private AssetBody(string? encoding, string? file, Func<byte[]>? bytes)
    {
        Encoding = encoding;
        _file = file;
        _bytes = bytes is null ? null : new Lazy<byte[]>(bytes);
        _hash = new Lazy<string>(ComputeHash);
    }

    /// <summary>As in <c>Content-Encoding</c>; null = as it is.</summary>
    public string? Encoding { get; }

    /// <summary>Of these very bytes, so that each encoding has a strong tag of its own.</summary>
    public string Hash => _hash.Value;

    public static AssetBody FromFile(string path, string? encoding = null) => new(encoding, path, bytes: null);

    public static AssetBody FromBytes(byte[] bytes) => new(encoding: null, file: null, () => bytes);

    public static AssetBody Brotli(byte[] content) =>
        new("br", file: null, () => Compress(content, output => new BrotliStream(output, CompressionLevel.SmallestSize)));

    public static AssetBody Gzip(byte[] content) =>
        new("gzip", file: null, () => Compress(content, output => new GZipStream(output, CompressionLevel.SmallestSize)));

    public IResult ToResult(string contentType)
    {
        var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{Hash}\"");
        return _file is not null
            ? TypedResults.PhysicalFile(_file, contentType, entityTag: tag)
            : TypedResults.Bytes(_bytes!.Value, contentType, entityTag: tag);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        using var output = new MemoryStream();
        using (var compressor = open(output))
            compressor.Write(content);
        return output.ToArray();
    }

    private string ComputeHash()
    {
        if (_file is null)
            return Text(SHA256.HashData(_bytes!.Value));
        using var stream = File.OpenRead(_file);
        return Text(SHA256.HashData(stream));
    }

    private static string Text(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, HashBytes));
}
