using System.Collections.Frozen;
using System.Text.RegularExpressions;
using AutoForge.Server.Layout.Assets;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Studio.Files;

/// <summary>
/// The files of Elsa Studio's npm package, served as they are. They are listed once, at start; a request can name what is
/// in the list and nothing else on the disk.
/// </summary>
internal sealed partial class StudioPackage
{
    private const string Name = "@elsa-workflows/elsa-studio-wasm";

    private readonly FrozenDictionary<string, Asset> _files;

    private StudioPackage(FrozenDictionary<string, Asset> files) => _files = files;

    /// <summary>Finds the package: beside a published application, or where npm has put it for a built one.</summary>
    /// <exception cref="AutoForgeException">It is not there (<c>designer_not_found</c>).</exception>
    public static StudioPackage Find()
    {
        string[] candidates = [.. Candidates().Select(folder => Path.Combine(folder, Name))];
        var found = Array.Find(candidates, folder => Directory.Exists(Path.Combine(folder, "_framework")))
            ?? throw new AutoForgeException("designer_not_found",
                $"The files of the designer were not found in {string.Join(", ", candidates)}. Run 'npm ci' in src/AutoForge.Server and build again.");
        return new StudioPackage(List(found));
    }

    /// <param name="path">Without a slash at the start.</param>
    public Asset? Get(string path) => _files.GetValueOrDefault(path);

    /// <summary>The address of a file that a page names itself; a new version has a new one.</summary>
    /// <exception cref="KeyNotFoundException">The package has no such file.</exception>
    public string Url(string path) => $"/{path}?v={_files[path].Version}";

    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "browser");
        if (NpmPackages.Directory is { } packages)
            yield return packages;
    }

    private static FrozenDictionary<string, Asset> List(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Path: Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .Where(file => IsServed(file.Path))
            .ToFrozenDictionary(
                file => file.Path,
                file => Asset.FromFile(file.File, ContentTypes.Of(file.Path), Fingerprint().IsMatch(file.Path)));

    // Its page, its settings and its package.json are the package's own; compressed files are found through their originals.
    private static bool IsServed(string path) =>
        (path.Contains('/', StringComparison.Ordinal) || path.EndsWith(".css", StringComparison.Ordinal))
        && !path.EndsWith(".br", StringComparison.Ordinal) && !path.EndsWith(".gz", StringComparison.Ordinal);

    // Blazor's build puts ten characters of a hash before the ending: dotnet.native.b6l13xorvf.js.
    [GeneratedRegex(@"^_framework/.+\.[a-z0-9]{10}\.[a-z]+$")]
    private static partial Regex Fingerprint();
}
