using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>The file system that holds the embedded database.</summary>
internal sealed class DataDisk(IOptions<ServerOptions> options, IHostEnvironment environment)
{
    /// <summary>Null when the database is elsewhere, or nobody can tell.</summary>
    public (long Free, long Size)? Space
    {
        get
        {
            var directory = Path.Combine(environment.ContentRootPath, options.Value.DataDirectory);
            if (options.Value.Database.Length > 0 || !Directory.Exists(directory))
                return null;
            try
            {
                var drive = new DriveInfo(directory);
                return (drive.AvailableFreeSpace, drive.TotalSize);
            }
            // A figure is not worth a failure.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
