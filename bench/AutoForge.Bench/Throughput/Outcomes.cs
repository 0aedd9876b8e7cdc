using NpgsqlTypes;

namespace AutoForge.Bench.Throughput;

/// <summary>What the database says about every call that was answered 202.</summary>
internal sealed record Outcomes
{
    public int Answered { get; private init; }
    public int Charged { get; private init; }

    /// <summary>Answered 202, but there is no such run, or it has not ended: a broken promise.</summary>
    public int Lost { get; private init; }

    /// <summary>Ended, but not as a charged success. The workflow cannot fail by itself, so this counts as a failure of the bench.</summary>
    public int Uncharged { get; private init; }

    public bool AreGood => Lost == 0 && Uncharged == 0 && Charged == Answered;

    /// <summary>Looks up the runs of all calls from <paramref name="first"/> on and dates their charges.</summary>
    public static async Task<Outcomes> ReadAsync(Stage stage, Observer observer, int first)
    {
        var numbers = new Dictionary<Guid, int>();
        for (var i = first; i < stage.Flights.Count; i++)
        {
            if (stage.Flights[i].Answered > 0)
                numbers.Add(stage.Flights[i].RunId, i);
        }

        await using var command = stage.Database.CreateCommand(
            """
            SELECT r.id, r.account_id, r.status IN ('Succeeded', 'Failed', 'Cancelled'), l.entry_no
            FROM unnest(@ids) AS w (id)
            JOIN runs AS r ON r.id = w.id
            LEFT JOIN ledger_entries AS l ON l.account_id = r.account_id AND l.run_id = r.id AND l.type = 'consume' AND r.status = 'Succeeded'
            WHERE r.account_id = ANY (@accounts)
            """);
        command.Parameters.AddWithValue("accounts", stage.Hooks.Select(h => h.AccountId).ToArray());
        command.Parameters.AddWithValue("ids", NpgsqlDbType.Array | NpgsqlDbType.Uuid, numbers.Keys.ToArray());
        command.CommandTimeout = 0;

        var (ended, charged) = (0, 0);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            ended += reader.GetBoolean(2) ? 1 : 0;
            if (reader.IsDBNull(3))
                continue;
            charged++;
            stage.Flights[numbers[reader.GetGuid(0)]].Settled = observer.SeenAt(reader.GetGuid(1), reader.GetInt64(3));
        }
        return new Outcomes { Answered = numbers.Count, Charged = charged, Lost = numbers.Count - ended, Uncharged = ended - charged };
    }
}
