using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Connections;
using AutoForge.Engine.Limits;
using Npgsql;
using NpgsqlTypes;

namespace AutoForge.Engine.Connections;

/// <summary>The stored credentials of accounts. Secrets go in and come out only opened for a step, never to a caller of the API.</summary>
/// <remarks>Reads every time: a change on one node counts for the next step on every other.</remarks>
public sealed class ConnectionStore(NpgsqlDataSource database, SecretBox box)
{
    /// <summary>Stores a new connection.</summary>
    /// <exception cref="AutoForgeException"><c>connection_invalid</c>, <c>connection_name_taken</c>, <c>plan_limit_reached</c>.</exception>
    public async Task<StoredConnection> CreateAsync(Guid accountId, ConnectionDraft draft, CancellationToken cancellationToken)
    {
        var settings = draft.Settings ?? [];
        var secrets = Merge([], draft.Secrets);
        ConnectionType.Find(draft.Type).Check(draft.Name, settings, secrets);

        var id = Ids.NewId();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PlanRoom.EnsureConnectionAsync(connection, transaction, accountId, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO connections (account_id, id, name, type, settings, secrets)
            VALUES (@account, @id, @name, @type, @settings, @secrets)
            RETURNING id, name, type, settings, created_at, updated_at
            """, connection, transaction);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("name", draft.Name.Trim());
        command.Parameters.AddWithValue("type", draft.Type);
        command.Parameters.AddWithValue("settings", NpgsqlDbType.Json, settings.ToJsonString());
        command.Parameters.AddWithValue("secrets", Seal(accountId, id, secrets));
        var stored = (await ReadOneAsync(command, cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }

    /// <summary>All connections of the account, by name.</summary>
    public async Task<IReadOnlyList<StoredConnection>> ListAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT id, name, type, settings, created_at, updated_at
            FROM connections
            WHERE account_id = @account
            ORDER BY name
            """);
        command.Parameters.AddWithValue("account", accountId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var connections = new List<StoredConnection>();
        while (await reader.ReadAsync(cancellationToken))
            connections.Add(Read(reader));
        return connections;
    }

    /// <returns>Null when the account has none of that id.</returns>
    public async Task<StoredConnection?> FindAsync(Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT id, name, type, settings, created_at, updated_at
            FROM connections
            WHERE account_id = @account AND id = @id
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", id);
        return await ReadOneAsync(command, cancellationToken);
    }

    /// <summary>Replaces name and settings; secrets that are not given stay, and so does the type.</summary>
    /// <returns>Null when the account has none of that id.</returns>
    /// <exception cref="AutoForgeException"><c>connection_invalid</c>, <c>connection_name_taken</c>.</exception>
    public async Task<StoredConnection?> UpdateAsync(Guid accountId, Guid id, ConnectionDraft draft, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Two updates at once that each give one secret must keep both.
        await using var select = new NpgsqlCommand("""
            SELECT type, secrets
            FROM connections
            WHERE account_id = @account AND id = @id
            FOR UPDATE
            """, connection);
        select.Parameters.AddWithValue("account", accountId);
        select.Parameters.AddWithValue("id", id);
        string type;
        Dictionary<string, string> secrets;
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            type = reader.GetString(0);
            secrets = Merge(Unseal(accountId, id, reader.GetFieldValue<byte[]>(1)), draft.Secrets);
        }
        if (!string.IsNullOrEmpty(draft.Type) && draft.Type != type)
            throw new ConnectionInvalidException("type", "The type of a connection cannot be changed; store a new one.");
        var settings = draft.Settings ?? [];
        ConnectionType.Find(type).Check(draft.Name, settings, secrets);

        await using var update = new NpgsqlCommand("""
            UPDATE connections
            SET name = @name, settings = @settings, secrets = @secrets, updated_at = now()
            WHERE account_id = @account AND id = @id
            RETURNING id, name, type, settings, created_at, updated_at
            """, connection);
        update.Parameters.AddWithValue("account", accountId);
        update.Parameters.AddWithValue("id", id);
        update.Parameters.AddWithValue("name", draft.Name.Trim());
        update.Parameters.AddWithValue("settings", NpgsqlDbType.Json, settings.ToJsonString());
        update.Parameters.AddWithValue("secrets", Seal(accountId, id, secrets));
        var stored = await ReadOneAsync(update, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }

    /// <returns>False when the account has none of that id.</returns>
    public async Task<bool> DeleteAsync(Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            DELETE FROM connections
            WHERE account_id = @account AND id = @id
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", id);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Opens a connection with its secrets, for a step of the account. An id wins over a name that looks like it.</summary>
    /// <param name="accountId">The owner of the run.</param>
    /// <param name="idOrName">What the step says.</param>
    /// <param name="type">What the step needs; null = any.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="FaultException"><c>connection_not_found</c>, <c>connection_type</c>.</exception>
    public async Task<Connection> OpenAsync(Guid accountId, string idOrName, string? type, CancellationToken cancellationToken)
    {
        // Both conditions have an index of their own that begins with the account.
        await using var command = database.CreateCommand("""
            SELECT id, name, type, settings, secrets
            FROM connections
            WHERE account_id = @account AND (id = @id OR name = @name)
            ORDER BY id = @id DESC
            LIMIT 1
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("id", Guid.TryParse(idOrName, out var id) ? id : Guid.Empty);
        command.Parameters.AddWithValue("name", idOrName);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            throw new FaultException("connection_not_found", $"There is no connection \"{(idOrName.Length > 100 ? idOrName[..100] : idOrName)}\".");

        var connection = new Connection(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Json(reader.GetString(3)),
            Unseal(accountId, reader.GetGuid(0), reader.GetFieldValue<byte[]>(4)));
        return type is null || connection.Type == type
            ? connection
            : throw new FaultException("connection_type", $"The connection \"{connection.Name}\" is of type {connection.Type}; this step needs {type}.");
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> stored, IReadOnlyDictionary<string, string?>? given)
    {
        foreach (var (name, value) in given ?? new Dictionary<string, string?>())
        {
            if (string.IsNullOrEmpty(value))
                stored.Remove(name);
            else
                stored[name] = value;
        }
        return stored;
    }

    private byte[] Seal(Guid accountId, Guid id, Dictionary<string, string> secrets) =>
        box.Protect(JsonSerializer.SerializeToUtf8Bytes(secrets), Owner(accountId, id));

    private Dictionary<string, string> Unseal(Guid accountId, Guid id, byte[] sealedSecrets) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(box.Unprotect(sealedSecrets, Owner(accountId, id)))!;

    /// <summary>What the secrets of a connection are bound to: a row copied to another account does not open.</summary>
    internal static byte[] Owner(Guid accountId, Guid id) => [.. accountId.ToByteArray(bigEndian: true), .. id.ToByteArray(bigEndian: true)];

    private static async Task<StoredConnection?> ReadOneAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "connections_name" })
        {
            throw new AutoForgeException("connection_name_taken", "Another connection already has this name.", e);
        }
    }

    private static StoredConnection Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Json(reader.GetString(3)),
        reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5));

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
