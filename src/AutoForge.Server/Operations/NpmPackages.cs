namespace AutoForge.Server.Operations;

/// <summary>The npm packages that a server has been built with. A published one has what it needs of them beside it.</summary>
internal static class NpmPackages
{
    /// <summary>The folder <c>node_modules</c>; null when the build did not leave its path here.</summary>
    /// <remarks>The path and no copy: that would be 90 MB in each output folder.</remarks>
    public static string? Directory { get; } = Find();

    private static string? Find()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "node_modules.path");
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
