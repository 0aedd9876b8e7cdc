using System.Globalization;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>
/// The user that PostgreSQL runs as. It refuses to be root, so a server that is root (containers, build machines) hands
/// the cluster to an unprivileged user and starts every program of PostgreSQL through <c>setpriv</c>.
/// </summary>
internal sealed class ChildUser
{
    private ChildUser(IReadOnlyList<string> prefix) => Prefix = prefix;

    /// <summary>What goes before a command to run it as that user; empty when it is our own.</summary>
    public IReadOnlyList<string> Prefix { get; }

    /// <exception cref="AutoForgeException">
    /// That user cannot get at the programs or the data (<c>data_directory_unreachable</c>).
    /// </exception>
    public static async Task<ChildUser> ForAsync(
        PostgresDirectory directory, PostgresBinaries binaries, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ChildUser([]);
        if (!OperatingSystem.IsLinux())
            throw new AutoForgeException("root_not_supported", "PostgreSQL does not run as root. Start the server as an ordinary user.");

        var (user, group) = await OwnerOfAsync(directory.Path, cancellationToken);
        var isOurs = user == 0;
        if (isOurs)
            (user, group) = (options.UserId, options.GroupId);
        await GiveAsync(directory, user, group, everything: isOurs, cancellationToken);

        string[] plain =
        [
            "setpriv", "--reuid", user.ToString(CultureInfo.InvariantCulture), "--regid", group.ToString(CultureInfo.InvariantCulture),
            "--clear-groups",
        ];

        // A directory above them may be closed to other users: a clone in root's home, a temporary directory. The right to
        // search and read any directory is enough then, and the only one kept. Without no_setuid_fixup, access(2), by which
        // PostgreSQL looks for its own files, would not see it.
        string[] searching =
        [
            .. plain, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search",
            "--bounding-set=-all,+dac_read_search", "--securebits=+no_setuid_fixup",
        ];

        foreach (var prefix in new[] { plain, searching })
        {
            if (await ExternalProgram.SucceedsAsync(
                [.. prefix, "sh", "-c", """test -x "$1" && test -x "$2" && test -x "$3" """, "sh", binaries.Postgres, directory.Path, directory.SocketDirectory],
                cancellationToken))
            {
                return new ChildUser(prefix);
            }
        }

        throw new AutoForgeException("data_directory_unreachable",
            $"PostgreSQL does not run as root, and user {user} cannot get at {binaries.Postgres} or {directory.Path}. " +
            "Open the directories above them to other users (chmod o+x), or start the server as an ordinary user.");
    }

    private static async Task<(int User, int Group)> OwnerOfAsync(string path, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ExternalProgram.RunAsync(["stat", "-c", "%u %g", path], cancellationToken);
        if (exitCode != 0)
            throw new IOException(output);
        var numbers = output.Split(' ');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    private static async Task GiveAsync(PostgresDirectory directory, int user, int group, bool everything, CancellationToken cancellationToken)
    {
        string[] recursive = everything ? ["-R"] : [];
        string[] paths = everything ? [directory.Path, directory.SocketDirectory] : [directory.PasswordFile, directory.SocketDirectory];
        var (exitCode, output) = await ExternalProgram.RunAsync(["chown", .. recursive, $"{user}:{group}", .. paths], cancellationToken);
        if (exitCode != 0)
            throw new AutoForgeException("data_directory_unreachable", $"The data directory cannot be given to user {user}: {output}");
    }
}
