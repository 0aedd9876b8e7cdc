using System.Runtime.Versioning;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>An embedded server that another process runs, seen from outside.</summary>
internal static class RunningServer
{
    /// <summary>Its socket directory and password; null when no process has the data directory.</summary>
    /// <exception cref="DatabaseUnavailableException">It is just starting or stopping.</exception>
    /// <exception cref="AutoForgeException"><c>data_directory_unreachable</c>: it belongs to another user.</exception>
    [UnsupportedOSPlatform("windows")]
    public static (string SocketDirectory, string Password)? Find(string dataDirectory)
    {
        try
        {
            if (!PostgresDirectory.IsInUse(dataDirectory))
                return null;

            // Lines of the pid file: the fifth is the socket directory, the eighth the state.
            var lines = File.ReadAllLines(Path.Combine(dataDirectory, "cluster", "postmaster.pid"));
            if (lines is [_, _, _, _, { Length: > 0 } socketDirectory, _, _, var state, ..] && state.Trim() == "ready")
                return (socketDirectory, File.ReadAllText(Path.Combine(dataDirectory, "password")).Trim());
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new AutoForgeException("data_directory_unreachable",
                $"The server in {dataDirectory} belongs to another user; run this command as that user.", exception);
        }
        catch (IOException)
        {
            // The file comes and goes with the server.
        }

        throw new DatabaseUnavailableException($"The server in {dataDirectory} is just starting or stopping.");
    }
}
