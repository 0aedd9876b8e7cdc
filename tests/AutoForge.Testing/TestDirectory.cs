namespace AutoForge.Testing;

/// <summary>A directory for one test or one test process, gone when disposed. What killed test processes left is swept up by later ones.</summary>
public sealed class TestDirectory : IDisposable
{
    private const string Prefix = "autoforge-tests-";
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(6);

    /// <summary>Makes it under the system's temporary directory.</summary>
    public TestDirectory()
    {
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        // Others may pass: when tests run as root, PostgreSQL runs as another user.
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Delete(Path);

    /// <summary>Removes directories of test processes that ended long ago without removing them.</summary>
    public static void Sweep()
    {
        foreach (var path in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            if (TimeProvider.System.GetUtcNow() - Directory.GetCreationTimeUtc(path) > Abandoned)
                Delete(path);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Someone else's, or swept up by someone else at the same moment.
        }
    }
}
