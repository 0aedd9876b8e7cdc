using Microsoft.AspNetCore.StaticFiles;

namespace AutoForge.Server.Layout.Assets;

/// <summary>What a file is, by the end of its name.</summary>
internal static class ContentTypes
{
    private static readonly FileExtensionContentTypeProvider Known = new()
    {
        Mappings = { [".dat"] = "application/octet-stream", [".blat"] = "application/octet-stream", [".map"] = "application/json" },
    };

    public static string Of(string path) => Known.TryGetContentType(path, out var type) ? type : "application/octet-stream";
}
