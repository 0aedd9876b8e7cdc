namespace AutoForge.Engine.Storage.Embedded;

/// <summary>Where the private PostgreSQL server lives and where its programs come from.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>The directory of this server alone: cluster, password, socket and lock. Created when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// The directory with <c>bin/postgres</c>, or with <c>postgres</c> itself. Default: <c>postgres</c> beside the
    /// application, then the npm package under <see cref="ContentRoot"/>, then <c>/usr/lib/postgresql</c>.
    /// </summary>
    /// <remarks>When set, nothing else is tried.</remarks>
    public string? BinaryDirectory { get; init; }

    /// <summary>The directory that holds <c>node_modules</c> of a server that was built and not published. Default: the current directory.</summary>
    public string ContentRoot { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The user that PostgreSQL runs as when this process is root. Default: 65534 (nobody).</summary>
    /// <remarks>A data directory that already belongs to another user than root decides instead.</remarks>
    public int UserId { get; init; } = 65534;

    /// <summary>The group that goes with <see cref="UserId"/>. Default: 65534.</summary>
    public int GroupId { get; init; } = 65534;

    /// <summary>How long a start may take, crash recovery included. Default: two minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a fast shutdown may take before it becomes an immediate one. Default: ten seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Server settings that replace or extend ours. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
