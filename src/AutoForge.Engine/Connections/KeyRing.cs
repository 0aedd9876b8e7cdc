using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoForge.Engine.Connections;

/// <summary>The keys that secrets at rest are encrypted with: one for new secrets, and all that older ones need.</summary>
public sealed class KeyRing
{
    private readonly IReadOnlyDictionary<Guid, EncryptionKey> _keys;

    private KeyRing(EncryptionKey current, IEnumerable<EncryptionKey> all)
    {
        Current = current;
        _keys = all.ToDictionary(key => key.Id);
    }

    internal EncryptionKey Current { get; }

    internal EncryptionKey? Find(Guid id) => _keys.GetValueOrDefault(id);

    /// <summary>Takes the key from the configuration, else from the key file, else from the database; makes one on first start.</summary>
    /// <exception cref="AutoForgeException">
    /// <c>wrong_master_key</c>: stored secrets need a key that is not here. <c>invalid_master_key</c>: what is configured is no key.
    /// </exception>
    public static async Task<KeyRing> OpenAsync(
        NpgsqlDataSource database, KeyRingOptions options, ILogger<KeyRing> logger, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var table = new KeyTable(connection);
        // Nodes that start together on an empty database must agree on one key.
        await table.LockAsync(cancellationToken);
        var rows = await table.ReadAsync(cancellationToken);

        var outside = Outside(options, canMake: rows.Count == 0);
        var keys = new List<EncryptionKey>();
        foreach (var row in rows)
        {
            var master = outside.Find(master => EncryptionKey.Matches(row.Id, master, row.CheckValue)) ?? row.Value
                ?? throw Wrong(options);
            keys.Add(new EncryptionKey(row.Id, master));
            // The key is configured now: the copy in the database would only weaken it.
            if (row.Value is not null && outside.Count > 0 && outside.Contains(master))
                await table.ForgetValueAsync(row.Id, cancellationToken);
        }

        // The first of the outside keys is for new secrets; without any, the newest in the database.
        var current = outside.Count > 0 ? keys.Find(key => key.Master.AsSpan().SequenceEqual(outside[0])) : keys.MaxBy(key => key.Id);
        if (current is null)
        {
            current = outside.Count > 0 ? new EncryptionKey(Ids.NewId(), outside[0]) : EncryptionKey.Generate();
            await table.InsertAsync(current, withValue: outside.Count == 0, cancellationToken);
            keys.Add(current);
        }
        await transaction.CommitAsync(cancellationToken);
        if (outside.Count == 0)
            Log.MasterKeyInDatabase(logger);
        return new KeyRing(current, keys);
    }

    // A key file is made before the row that needs it. Crash between the two: the next start finds the file and uses it.
    private static List<byte[]> Outside(KeyRingOptions options, bool canMake)
    {
        var keys = new List<byte[]>();
        if (!string.IsNullOrWhiteSpace(options.MasterKey))
            keys.Add(EncryptionKey.Parse(options.MasterKey, "AutoForge:MasterKey"));
        if (options.KeyFile is { } path)
        {
            var master = KeyFile.Read(path);
            if (master is null && keys.Count == 0 && canMake)
                KeyFile.Write(path, master = EncryptionKey.Generate().Master);
            if (master is not null)
                keys.Add(master);
        }
        keys.AddRange(options.PreviousMasterKeys.Select(text => EncryptionKey.Parse(text, "AutoForge:PreviousMasterKeys")));
        return keys;
    }

    private static AutoForgeException Wrong(KeyRingOptions options) => new("wrong_master_key",
        "The stored secrets were encrypted with another master key. "
        + (!string.IsNullOrWhiteSpace(options.MasterKey) ? "Set AutoForge:MasterKey to that key, or give it in AutoForge:PreviousMasterKeys."
            : options.KeyFile is { } path ? $"Restore the file {path}, or set AutoForge:MasterKey."
            : "Set AutoForge:MasterKey to the key of the other nodes."));
}
