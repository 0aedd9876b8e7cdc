using AutoForge.Engine.Connections;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Operations;

/// <summary>Opens the key ring once the database is open: stored credentials and the keys of sessions are encrypted with it.</summary>
internal static class KeyStart
{
    /// <exception cref="AutoForgeException"><c>wrong_master_key</c>, <c>invalid_master_key</c>; the message says what to do.</exception>
    public static Task<KeyRing> OpenKeysAsync(
        this WebApplicationBuilder builder, Database database, ILoggerFactory loggers, CancellationToken cancellationToken = default)
    {
        var options = builder.Configuration.GetServerOptions();
        var keys = new KeyRingOptions { MasterKey = options.MasterKey };
        foreach (var previous in options.PreviousMasterKeys)
            keys.PreviousMasterKeys.Add(previous);

        // Nodes that share a database server have no directory in common: without a configured key, theirs lies in the database.
        if (options.Database.Length == 0)
            keys.KeyFile = Path.Combine(builder.Environment.ContentRootPath, options.DataDirectory, "keys", "master.key");
        return KeyRing.OpenAsync(database.DataSource, keys, loggers.CreateLogger<KeyRing>(), cancellationToken);
    }
}
