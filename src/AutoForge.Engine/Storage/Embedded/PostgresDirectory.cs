using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>The directory of one embedded server, held by this process alone until disposed.</summary>
internal sealed class PostgresDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string TemporaryPrefix = "autoforge-socket-";

    /// <summary>sockaddr_un takes 108 bytes on Linux and 104 on macOS, the final zero included.</summary>
    private const int LongestSocketPath = 100;

    private readonly FileStream lockFile;

    [UnsupportedOSPlatform("windows")]
    private PostgresDirectory(string path, FileStream lockFile)
    {
        Path = path;
        this.lockFile = lockFile;
        Cluster = System.IO.Path.Combine(path, "cluster");
        PasswordFile = System.IO.Path.Combine(path, "password");
        Password = ReadOrCreatePassword();
        SocketDirectory = CreateSocketDirectory();
    }

    public string Path { get; }

    /// <summary>PGDATA. Missing until <c>initdb</c> has finished.</summary>
    public string Cluster { get; }
    public string PasswordFile { get; }
    public string Password { get; }
    public string SocketDirectory { get; }

    /// <summary>The file that PostgreSQL keeps while it runs.</summary>
    public string PidFile => System.IO.Path.Combine(Cluster, "postmaster.pid");

    /// <exception cref="AutoForgeException">
    /// Another process has it (<c>data_directory_in_use</c>), or there is a cluster without its password
    /// (<c>database_password_missing</c>).
    /// </exception>
    [UnsupportedOSPlatform("windows")]
    public static PostgresDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        // Directories that are made on the way let others pass: PostgreSQL may run as another user.
        if (System.IO.Path.GetDirectoryName(path) is { } parent)
            Directory.CreateDirectory(parent, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(path, OwnerOnly);
        var lockFile = Lock(path);
        try
        {
            return new PostgresDirectory(path, lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Whether a process has it open. What this says may change at once; only <see cref="Open"/> keeps others out.</summary>
    [UnsupportedOSPlatform("windows")]
    public static bool IsInUse(string path)
    {
        if (!File.Exists(System.IO.Path.Combine(path, "server.lock")))
            return false;
        try
        {
            Lock(path).Dispose();
            return false;
        }
        catch (AutoForgeException)
        {
            return true;
        }
    }

    /// <summary>The kernel lets go of the lock when this process ends, however it ends. The file itself stays.</summary>
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            throw new AutoForgeException("data_directory_in_use",
                $"Another server uses the data directory {path}. Stop it, or give this one a directory of its own.", exception);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private string ReadOrCreatePassword()
    {
        if (File.Exists(PasswordFile))
            return File.ReadAllText(PasswordFile).Trim();
        if (Directory.Exists(Cluster))
        {
            throw new AutoForgeException("database_password_missing",
                $"{PasswordFile} is missing; the database beside it cannot be opened without it. Restore it from the backup.");
        }

        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(PasswordFile, options);
        file.Write(Encoding.ASCII.GetBytes(password));
        // On disk before the cluster that cannot be opened without it.
        file.Flush(flushToDisk: true);
        return password;
    }

    [UnsupportedOSPlatform("windows")]
    private string CreateSocketDirectory()
    {
        var inside = System.IO.Path.Combine(Path, "socket");
        if (Encoding.UTF8.GetByteCount(inside) + "/.s.PGSQL.5432.lock".Length > LongestSocketPath)
            return Directory.CreateTempSubdirectory(TemporaryPrefix).FullName;

        Directory.CreateDirectory(inside, OwnerOnly);
        return inside;
    }

    /// <summary>
    /// Removes what a server that was killed left behind. PostgreSQL would take any process that has been given the old
    /// number since, which is likely in containers, for the old server. Only safe when no server lives in the cluster.
    /// </summary>
    public void RemoveStaleFiles()
    {
        if (!File.Exists(PidFile))
            return;

        // The fifth line is the socket directory.
        var socketDirectory = File.ReadLines(PidFile).ElementAtOrDefault(4) ?? "";
        if (socketDirectory != SocketDirectory && System.IO.Path.GetFileName(socketDirectory).StartsWith(TemporaryPrefix, StringComparison.Ordinal)
            && Directory.Exists(socketDirectory))
        {
            Directory.Delete(socketDirectory, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(SocketDirectory))
            File.Delete(file);
        File.Delete(PidFile);
    }

    /// <summary>The directory as the kernel names it, free of symbolic links; Linux only.</summary>
    public string PhysicalCluster
    {
        get
        {
            var file = new FileInfo($"/proc/self/fd/{lockFile.SafeFileHandle.DangerousGetHandle()}");
            return System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file.LinkTarget)!, System.IO.Path.GetFileName(Cluster));
        }
    }

    public void Dispose()
    {
        if (System.IO.Path.GetFileName(SocketDirectory).StartsWith(TemporaryPrefix, StringComparison.Ordinal) && Directory.Exists(SocketDirectory))
            Directory.Delete(SocketDirectory, recursive: true);
        lockFile.Dispose();
    }
}
