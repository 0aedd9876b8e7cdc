namespace AutoForge.Engine.Tests.Simulation;

/// <summary>
/// The checks of the simulation are proven by breaking a promise inside the database, behind an engine that is whole: each must
/// be found out within a few seeds.
/// </summary>
public sealed class SabotageTests(ITestOutputHelper output)
{
    private const int Seeds = 60;

    public static TheoryData<string, string> Sabotages => new()
    {
        {
            "a claim does not raise the attempt",
            Trigger("jobs", "UPDATE", "IF NEW.attempt > OLD.attempt THEN NEW.attempt := OLD.attempt; END IF; RETURN NEW;")
        },
        {
            "a claim does not count its tries",
            Trigger("jobs", "UPDATE", "IF NEW.tries > OLD.tries THEN NEW.tries := 1; END IF; RETURN NEW;")
        },
        {
            "START is not stored",
            Trigger("steps", "INSERT", "IF NEW.status = 'Running' THEN RETURN NULL; END IF; RETURN NEW;")
        },
        {
            "a hold is not released",
            Trigger("ledger_entries", "INSERT", "IF NEW.type = 'release' THEN RETURN NULL; END IF; RETURN NEW;")
            + Trigger("accounts", "UPDATE",
                "IF NEW.held_cents < OLD.held_cents AND NEW.available_cents > OLD.available_cents THEN NEW.held_cents := OLD.held_cents; NEW.available_cents := OLD.available_cents; END IF; RETURN NEW;")
        },
        {
            "a place is not given back",
            Trigger("accounts", "UPDATE", "NEW.places_taken := GREATEST(NEW.places_taken, OLD.places_taken); RETURN NEW;")
        },
        {
            "what failed is charged",
            "ALTER TABLE runs DROP CONSTRAINT runs_charged_only_on_success;"
            + Trigger("runs", "UPDATE", "IF NEW.status = 'Failed' THEN NEW.charged_cents := NEW.price_cents; END IF; RETURN NEW;")
        },
        {
            "a key is forgotten",
            Trigger("runs", "INSERT", "NEW.dedup_key := NULL; RETURN NEW;")
        },
        {
            "a cancelled run goes on",
            Trigger("jobs", "DELETE", "IF (SELECT status FROM runs WHERE account_id = OLD.account_id AND id = OLD.id) NOT IN ('Running', 'Queued') THEN RETURN OLD; END IF; RETURN NULL;")
        },
    };

    [Theory]
    [MemberData(nameof(Sabotages))]
    public async Task Tell_WithABrokenPromise_IsFoundOut(string promise, string sabotage)
    {
        await using var database = await SimulatedDatabase.CreateAsync(sabotage);
        var seed = -1;

        var found = await Assert.ThrowsAsync<StoryFailedException>(() => Task.Run(async () =>
        {
            while (++seed < Seeds)
                await Story.TellAsync(seed, database);
        }, TestContext.Current.CancellationToken));

        output.WriteLine($"{promise}: by seed {seed}, {found.Violation}");
        // A check has found it, not the engine or the database by giving up.
        Assert.Null(found.InnerException);
    }

    private static string Trigger(string table, string operation, string body) =>
        $"""
        CREATE FUNCTION simulated.sabotage_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
        CREATE TRIGGER sabotage BEFORE {operation} ON public.{table} FOR EACH ROW EXECUTE FUNCTION simulated.sabotage_{table}();
        """;
}
