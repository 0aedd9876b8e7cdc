namespace AutoForge.Testing;

/// <summary>Where the sources are.</summary>
public static class RepositoryRoot
{
    /// <summary>The directory with <c>AutoForge.sln</c>, searched upwards from the test's own directory.</summary>
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "AutoForge.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException($"No directory above {AppContext.BaseDirectory} holds AutoForge.sln.");
    }
}
