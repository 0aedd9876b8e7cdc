namespace AutoForge.Engine.Tests.Simulation;

/// <summary>
/// What the simulation adds to a database besides its clock (<see cref="Hosting.SimulatedTime"/>): triggers that write down every
/// change of state, whoever makes it.
/// </summary>
internal static class SimulatedSchema
{
    public const string Sql =
        """
        -- The tables stay small, and the same few statements are run thousands of times.
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database()); END $$;

        CREATE UNLOGGED TABLE simulated.transitions (account_id uuid NOT NULL, machine text NOT NULL, was text NOT NULL, became text NOT NULL);

        CREATE FUNCTION simulated.job_state(due_at timestamptz, lease_owner uuid, at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN due_at = 'infinity' THEN 'parked'
                WHEN due_at <= at THEN 'due'
                WHEN lease_owner IS NULL THEN 'resting'
                ELSE 'leased'
            END
        $$;

        CREATE FUNCTION simulated.note_job() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text := '–';
            became text := '–';
        BEGIN
            IF TG_OP <> 'INSERT' THEN was := simulated.job_state(OLD.due_at, OLD.lease_owner, simulated.now()); END IF;
            IF TG_OP <> 'DELETE' THEN became := simulated.job_state(NEW.due_at, NEW.lease_owner, simulated.now()); END IF;
            IF was <> became THEN
                INSERT INTO simulated.transitions VALUES (COALESCE(NEW.account_id, OLD.account_id), 'Job', was, became);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION simulated.note_job();

        CREATE FUNCTION simulated.note_status() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text := '–';
            became text := '–';
        BEGIN
            IF TG_OP <> 'INSERT' THEN was := OLD.status; END IF;
            IF TG_OP <> 'DELETE' THEN became := NEW.status; END IF;
            IF was <> became THEN
                INSERT INTO simulated.transitions VALUES (COALESCE(NEW.account_id, OLD.account_id), TG_ARGV[0], was, became);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.runs FOR EACH ROW EXECUTE FUNCTION simulated.note_status('Run');
        CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON public.steps FOR EACH ROW EXECUTE FUNCTION simulated.note_status('Step');

        CREATE FUNCTION simulated.note_hold() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            was text;
        BEGIN
            SELECT CASE string_agg(type, ' ' ORDER BY entry_no)
                WHEN 'hold' THEN 'open' WHEN 'hold consume' THEN 'consumed' WHEN 'hold release' THEN 'released' ELSE '–' END
            INTO was
            FROM public.ledger_entries
            WHERE account_id = NEW.account_id AND run_id = NEW.run_id AND entry_no < NEW.entry_no AND type <> 'refund';
            INSERT INTO simulated.transitions
            SELECT NEW.account_id, 'Hold', was, CASE NEW.type WHEN 'hold' THEN 'open' WHEN 'consume' THEN 'consumed' ELSE 'released' END;
            RETURN NULL;
        END $$;
        CREATE TRIGGER noted AFTER INSERT ON public.ledger_entries FOR EACH ROW
            WHEN (NEW.type IN ('hold', 'consume', 'release')) EXECUTE FUNCTION simulated.note_hold();
        """;
}
