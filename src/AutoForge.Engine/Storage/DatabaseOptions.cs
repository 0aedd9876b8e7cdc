using System.Reflection;
using AutoForge.Engine.Storage.Embedded;

namespace AutoForge.Engine.Storage;

/// <summary>Which database to open.</summary>
public sealed class DatabaseOptions
{
    /// <summary>A PostgreSQL server of your own (15 or newer). Default: none, and the embedded server is started.</summary>
    /// <remarks>
    /// What it says about pool size, time limits and prepared statements is kept; what it leaves out gets our defaults: 30
    /// connections, 5 s to get one, 30 s for a statement, 100 prepared statements.
    /// </remarks>
    public string? ConnectionString { get; init; }

    /// <summary>The embedded server; needed when there is no <see cref="ConnectionString"/>.</summary>
    public EmbeddedPostgresOptions? Embedded { get; init; }

    /// <summary>For a command beside the server. Default: false.</summary>
    /// <remarks>
    /// An embedded server that another process runs is connected to instead of refused; without one it is started, but not
    /// created. The schema must be exactly the one that this program expects, and is never changed.
    /// </remarks>
    public bool AsGuest { get; init; }

    /// <summary>Assemblies with migrations of their own, besides the engine's. Default: none.</summary>
    /// <remarks>Numbers below 0100 are the engine's.</remarks>
    public IReadOnlyList<Assembly> MigrationAssemblies { get; init; } = [];
}
