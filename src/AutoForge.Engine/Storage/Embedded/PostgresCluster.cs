using System.Text.RegularExpressions;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>Makes sure that there is a cluster that these programs can serve.</summary>
internal static partial class PostgresCluster
{
    public static async Task PrepareAsync(
        PostgresDirectory directory, PostgresBinaries binaries, ChildUser user, CancellationToken cancellationToken)
    {
        if (Directory.Exists(directory.Cluster))
            await CheckVersionAsync(directory, binaries, cancellationToken);
        else
            await CreateAsync(directory, binaries, user, cancellationToken);
    }

    /// <summary>Crash before the rename: the half-made cluster is thrown away and made anew. Crash after: it is complete.</summary>
    private static async Task CreateAsync(
        PostgresDirectory directory, PostgresBinaries binaries, ChildUser user, CancellationToken cancellationToken)
    {
        var unfinished = directory.Cluster + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);

        // Locale C sorts by code point, on every machine and after every upgrade of the system's libraries alike. A new file of
        // the write-ahead log is zeros first, and nothing is committed meanwhile: four short waits instead of one of 16 MB.
        var (exitCode, output) = await ExternalProgram.RunAsync(
            [
                .. user.Prefix, binaries.InitDb, "--pgdata", unfinished, "--username", "autoforge", "--pwfile", directory.PasswordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--data-checksums", "--no-instructions",
                "--wal-segsize", "4",
            ], cancellationToken);
        if (exitCode != 0)
            throw new AutoForgeException("database_start_failed", $"The database could not be created in {directory.Path}: {output}");

        Directory.Move(unfinished, directory.Cluster);
    }

    private static async Task CheckVersionAsync(PostgresDirectory directory, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        var ofCluster = (await File.ReadAllTextAsync(Path.Combine(directory.Cluster, "PG_VERSION"), cancellationToken)).Trim();
        var (_, output) = await ExternalProgram.RunAsync([binaries.Postgres, "--version"], cancellationToken);
        var ofPrograms = MajorVersion().Match(output).Value;
        if (ofCluster != ofPrograms)
        {
            throw new AutoForgeException("database_version",
                $"The data in {directory.Path} was written by PostgreSQL {ofCluster}; {binaries.Postgres} is PostgreSQL {ofPrograms} ({output}). " +
                "Use programs of the same major version, or move the data with pg_dump and psql.");
        }
    }

    /// <summary>Of <c>postgres (PostgreSQL) 18.4</c>.</summary>
    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.CultureInvariant)]
    private static partial Regex MajorVersion();
}
