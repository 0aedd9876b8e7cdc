using Npgsql;
using NpgsqlTypes;

namespace AutoForge.Bench.Floor;

/// <summary>Writes the rows of one batch of runs after the other. The rows have the shapes and sizes that a webhook run leaves behind.</summary>
internal sealed class RowsWriter(NpgsqlDataSource database, int batch)
{
    /// <summary>What a webhook run is given.</summary>
    public static readonly byte[] Payload =
        """{"body":{"order":"0000000000","customer":"Ada Lovelace","totalCents":4200},"headers":{"host":"localhost","content-type":"application/json","content-length":"69"},"query":{},"method":"POST"}"""u8.ToArray();

    private const string Accept =
        """
        INSERT INTO runs (account_id, id, workflow_id, version, trigger_id, trigger_type, trigger_activity_id, status, price_cents, origin_run_id)
        SELECT @account, id, '0123456789abcdef', 1, @account, 'AutoForge.Webhook', 'hook', 'Queued', 5, id FROM unnest(@ids) AS id;
        INSERT INTO run_inputs (account_id, run_id, payload)
        SELECT @account, id, @payload FROM unnest(@ids) AS id;
        INSERT INTO jobs (account_id, id, due_at, attempt, tries, lease_owner)
        SELECT @account, id, now() + interval '30 s', 1, 1, @account FROM unnest(@ids) AS id;
        INSERT INTO ledger_entries (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
            available_after_cents, held_after_cents, run_id, source, description)
        SELECT @account, @entry + n, 'hold', 5, -5, 5, 1000000, 5 * n, id, 'run', 'Reserved for Orders' FROM unnest(@ids) WITH ORDINALITY AS r (id, n);
        UPDATE accounts SET held_cents = 5 * @count, last_entry_no = @entry + @count WHERE id = @account
        """;

    private const string Start =
        """
        INSERT INTO steps (account_id, run_id, seq, node_id, visit, activity_id, activity_type, name, status, attempt, wave, outcomes, input, output, started_at, finished_at)
        SELECT @account, id, 1, 'flow/hook', 1, 'hook', 'AutoForge.Webhook', 'hook', 'Completed', 1, 0, '["Done"]', '{}', convert_from(@payload, 'UTF8'), now(), now() FROM unnest(@ids) AS id;
        INSERT INTO steps (account_id, run_id, seq, node_id, visit, activity_id, activity_type, name, status, attempt, wave, input, started_at)
        SELECT @account, id, 2, 'flow/send', 1, 'send', 'AutoForge.HttpRequest', 'send', 'Running', 1, 0, convert_from(@payload, 'UTF8'), now() FROM unnest(@ids) AS id;
        UPDATE runs SET status = 'Running', attempts = 1, started_at = now(), updated_at = now() WHERE account_id = @account AND id = ANY (@ids)
        """;

    private const string Settle =
        """
        UPDATE steps SET status = 'Completed', outcomes = '["Done"]', output = '{"statusCode":200,"headers":{"content-type":"application/json","content-length":"2"},"body":{}}', finished_at = now()
        WHERE account_id = @account AND run_id = ANY (@ids) AND seq = 2;
        UPDATE runs SET status = 'Succeeded', charged_cents = 5, finished_at = now(), updated_at = now() WHERE account_id = @account AND id = ANY (@ids);
        DELETE FROM jobs WHERE account_id = @account AND id = ANY (@ids);
        INSERT INTO ledger_entries (account_id, entry_no, type, amount_cents, available_delta_cents, held_delta_cents,
            available_after_cents, held_after_cents, run_id, source, description)
        SELECT @account, @entry + n, 'consume', 5, 0, -5, 1000000, 5 * (@count - n), id, 'run', 'Run succeeded' FROM unnest(@ids) WITH ORDINALITY AS r (id, n);
        UPDATE accounts SET held_cents = 0, last_entry_no = @entry + @count WHERE id = @account
        """;

    private readonly Guid _account = Ids.NewId();
    private long _lastEntry;
    private long _runs;

    /// <summary>Settled so far.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    public async Task RunAsync(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await using (var open = new NpgsqlCommand("INSERT INTO accounts (id, available_cents) VALUES (@account, 1000000)", connection))
        {
            open.Parameters.AddWithValue("account", _account);
            await open.ExecuteNonQueryAsync(CancellationToken.None);
        }

        while (!stop.IsCancellationRequested)
        {
            var ids = Enumerable.Range(0, batch).Select(_ => Ids.NewId()).ToArray();
            await WriteAsync(connection, Accept, ids);
            _lastEntry += batch;
            await WriteAsync(connection, Start, ids);
            await WriteAsync(connection, Settle, ids);
            _lastEntry += batch;
            Interlocked.Add(ref _runs, batch);
        }
    }

    // The statements of one command go over in one piece and are one transaction.
    private async Task WriteAsync(NpgsqlConnection connection, string sql, Guid[] ids)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("account", _account);
        command.Parameters.AddWithValue("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        command.Parameters.AddWithValue("payload", Payload);
        command.Parameters.AddWithValue("entry", _lastEntry);
        command.Parameters.AddWithValue("count", batch);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
