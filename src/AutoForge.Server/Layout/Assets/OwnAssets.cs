using System.Collections.Frozen;
using System.Reflection;

namespace AutoForge.Server.Layout.Assets;

/// <summary>The styles, scripts, fonts and pictures of our own pages; they are part of the assembly.</summary>
internal static class OwnAssets
{
    private const string Folder = "wwwroot/";
    private const string Address = "assets/";

    private static readonly FrozenDictionary<string, Asset> Assets = Load();

    /// <summary>The address of an asset; a new version has a new one.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Url(string path) => $"/{Address}{path}?v={Assets[Address + path].Version}";

    public static void MapOwnAssets(this IEndpointRouteBuilder app)
    {
        app.MapAssets("/assets/{**path}", path => Assets.GetValueOrDefault(path));
        // Asked for by browsers that show something other than a page of ours.
        app.MapAssets("/favicon.ico", _ => Assets[Address + "favicon.svg"]);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(name => Address + name[Folder.Length..].Replace('\\', '/'), name => Asset.FromBytes(Read(assembly, name), ContentTypes.Of(name)));
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
