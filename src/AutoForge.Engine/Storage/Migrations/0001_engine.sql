-- Every key starts with the account, so that an account can move to another database.
-- Invariants are named constraints; docs/state-machines.md explains the states.

-- Ledger -----------------------------------------------------------------------------------------------------------

-- The hot row: one UPDATE per group of movements. Anything else about an account lives elsewhere.
CREATE TABLE accounts (
    id               uuid   NOT NULL,
    available_cents  bigint NOT NULL DEFAULT 0,
    held_cents       bigint NOT NULL DEFAULT 0,
    last_entry_no    bigint NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT accounts_pk PRIMARY KEY (id),
    CONSTRAINT accounts_available_not_negative CHECK (available_cents >= 0),
    CONSTRAINT accounts_held_not_negative CHECK (held_cents >= 0)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);

-- No foreign key to accounts: an entry is only written under the lock of its account row, and a key check per row
-- would cost more than the entry itself. The verifier looks for strays.
CREATE TABLE ledger_entries (
    account_id             uuid   NOT NULL,
    entry_no               bigint NOT NULL,
    type                   text   NOT NULL,
    amount_cents           bigint NOT NULL,
    available_delta_cents  bigint NOT NULL,
    held_delta_cents       bigint NOT NULL,
    available_after_cents  bigint NOT NULL,
    held_after_cents       bigint NOT NULL,
    run_id                 uuid,
    source                 text   NOT NULL,
    description            text   NOT NULL,
    created_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_entries_pk PRIMARY KEY (account_id, entry_no),
    CONSTRAINT ledger_entries_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT ledger_entries_after_not_negative CHECK (available_after_cents >= 0 AND held_after_cents >= 0),
    CONSTRAINT ledger_entries_run_for_run_types CHECK (run_id IS NOT NULL OR type NOT IN ('hold', 'consume', 'release', 'refund')),
    CONSTRAINT ledger_entries_deltas_by_type CHECK (
        CASE type
            WHEN 'topup'      THEN available_delta_cents =  amount_cents AND held_delta_cents = 0
            WHEN 'grant'      THEN available_delta_cents =  amount_cents AND held_delta_cents = 0
            WHEN 'hold'       THEN available_delta_cents = -amount_cents AND held_delta_cents =  amount_cents
            WHEN 'consume'    THEN available_delta_cents = 0             AND held_delta_cents = -amount_cents
            WHEN 'release'    THEN available_delta_cents =  amount_cents AND held_delta_cents = -amount_cents
            WHEN 'refund'     THEN available_delta_cents =  amount_cents AND held_delta_cents = 0
            WHEN 'dispute'    THEN available_delta_cents = -amount_cents AND held_delta_cents = 0
            WHEN 'adjustment' THEN abs(available_delta_cents) = amount_cents AND held_delta_cents = 0
            ELSE false
        END)
);

-- The money rule: one hold per run, one settlement per hold, one refund per run; one entry per outside source.
CREATE UNIQUE INDEX ledger_entries_one_hold       ON ledger_entries (account_id, run_id) WHERE type = 'hold';
CREATE UNIQUE INDEX ledger_entries_one_settlement ON ledger_entries (account_id, run_id) WHERE type IN ('consume', 'release');
CREATE UNIQUE INDEX ledger_entries_one_refund     ON ledger_entries (account_id, run_id) WHERE type = 'refund';
CREATE UNIQUE INDEX ledger_entries_one_per_source ON ledger_entries (account_id, source) WHERE run_id IS NULL;

CREATE FUNCTION ledger_entries_are_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are only ever inserted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION ledger_entries_are_insert_only();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_are_insert_only();

-- Workflows --------------------------------------------------------------------------------------------------------

CREATE TABLE workflows (
    account_id      uuid NOT NULL,
    id              text NOT NULL,
    name            text NOT NULL,
    latest_version  integer NOT NULL,
    published_version integer,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz,
    CONSTRAINT workflows_pk PRIMARY KEY (account_id, id),
    CONSTRAINT workflows_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- A published version never changes again; the latest unpublished one is the draft.
CREATE TABLE workflow_versions (
    account_id    uuid    NOT NULL,
    workflow_id   text    NOT NULL,
    version       integer NOT NULL,
    id            text    NOT NULL,
    document      json    NOT NULL,
    price_cents   integer NOT NULL,
    published_at  timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT workflow_versions_pk PRIMARY KEY (account_id, workflow_id, version),
    CONSTRAINT workflow_versions_id UNIQUE (account_id, id),
    CONSTRAINT workflow_versions_workflow_fk FOREIGN KEY (account_id, workflow_id) REFERENCES workflows (account_id, id),
    CONSTRAINT workflow_versions_price CHECK (price_cents >= 5)
);

-- Triggers ---------------------------------------------------------------------------------------------------------

-- One row per trigger activity of a workflow, kept across versions so that its address stays the same.
CREATE TABLE triggers (
    account_id   uuid    NOT NULL,
    id           uuid    NOT NULL,
    workflow_id  text    NOT NULL,
    activity_id  text    NOT NULL,
    type         text    NOT NULL,
    token        text,
    version      integer NOT NULL,
    price_cents  integer NOT NULL,
    enabled      boolean NOT NULL,
    settings     json    NOT NULL,
    next_due_at  timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT triggers_pk PRIMARY KEY (account_id, id),
    CONSTRAINT triggers_one_per_activity UNIQUE (account_id, workflow_id, activity_id),
    CONSTRAINT triggers_workflow_fk FOREIGN KEY (account_id, workflow_id) REFERENCES workflows (account_id, id)
);
CREATE UNIQUE INDEX triggers_token ON triggers (token) WHERE token IS NOT NULL;
CREATE INDEX triggers_due ON triggers (next_due_at) WHERE enabled AND next_due_at IS NOT NULL;

-- A run that was not started, made visible: one row per workflow, trigger, reason and slot (the due time, or the minute).
-- trigger_id is zero for starts by hand, so the workflow is part of the key. Newest first is the order of the list.
CREATE TABLE refusals (
    account_id   uuid NOT NULL,
    workflow_id  text NOT NULL,
    trigger_id   uuid NOT NULL,
    reason       text NOT NULL,
    slot         timestamptz NOT NULL,
    times        integer NOT NULL DEFAULT 1,
    CONSTRAINT refusals_pk PRIMARY KEY (account_id, slot, trigger_id, workflow_id, reason)
);

-- Runs -------------------------------------------------------------------------------------------------------------

CREATE TABLE runs (
    account_id      uuid     NOT NULL,
    id              uuid     NOT NULL,
    workflow_id     text     NOT NULL,
    version         integer  NOT NULL,
    trigger_id      uuid     NOT NULL,
    trigger_type    text     NOT NULL,
    trigger_activity_id text,
    dedup_key       text,
    status          text     NOT NULL,
    price_cents     integer  NOT NULL,
    charged_cents   integer  NOT NULL DEFAULT 0,
    attempts        integer  NOT NULL DEFAULT 0,
    depth           smallint NOT NULL DEFAULT 0,
    name            text,
    correlation_id  text,
    origin_run_id   uuid     NOT NULL,
    replay_of       uuid,
    fault_activity_id text,
    fault_code      text,
    fault_message   text,
    accepted_at     timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    CONSTRAINT runs_pk PRIMARY KEY (account_id, id),
    CONSTRAINT runs_status CHECK (status IN ('Queued', 'Running', 'Waiting', 'Succeeded', 'Failed', 'Cancelled')),
    CONSTRAINT runs_terminal_has_end CHECK ((status IN ('Succeeded', 'Failed', 'Cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT runs_charged_only_on_success CHECK (charged_cents = CASE WHEN status = 'Succeeded' THEN price_cents ELSE 0 END),
    CONSTRAINT runs_failed_has_fault CHECK (status <> 'Failed' OR fault_code IS NOT NULL)
) WITH (fillfactor = 80);
-- The dedup key of an accepted run: a sender's key, or a schedule's due time.
CREATE UNIQUE INDEX runs_dedup ON runs (account_id, trigger_id, dedup_key) WHERE dedup_key IS NOT NULL;
CREATE INDEX runs_by_workflow ON runs (account_id, workflow_id, id);

-- What arrived, as it arrived: UTF-8 JSON, see Triggers/TriggerPayload.cs. Apart from runs, which is updated twice.
CREATE TABLE run_inputs (
    account_id  uuid  NOT NULL,
    run_id      uuid  NOT NULL,
    payload     bytea NOT NULL,
    CONSTRAINT run_inputs_pk PRIMARY KEY (account_id, run_id)
);

-- Jobs -------------------------------------------------------------------------------------------------------------

-- The queue: narrow, short-lived rows. A leased job falls due again when its lease runs out, so that one index serves
-- new, waiting and abandoned jobs alike. attempt is the fencing token; tries counts claims since the job last gave
-- itself back and bounds a job that kills its node.
CREATE TABLE jobs (
    account_id   uuid    NOT NULL,
    id           uuid    NOT NULL,
    due_at       timestamptz NOT NULL,
    attempt      integer NOT NULL,
    tries        integer NOT NULL,
    lease_owner  uuid,
    CONSTRAINT jobs_pk PRIMARY KEY (account_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX jobs_due ON jobs (due_at);

-- Steps ------------------------------------------------------------------------------------------------------------

-- The journal and history of a run. A step is found again by (node_id, visit) when the run is walked anew; seq is the
-- order of starting. wave is the place of a waiting step in the order in which waiting steps went on (0 = it never waited).
CREATE TABLE steps (
    account_id     uuid     NOT NULL,
    run_id         uuid     NOT NULL,
    seq            integer  NOT NULL,
    node_id        text     NOT NULL,
    visit          integer  NOT NULL,
    activity_id    text     NOT NULL,
    activity_type  text     NOT NULL,
    name           text,
    status         text     NOT NULL,
    attempt        integer  NOT NULL,
    wave           integer  NOT NULL,
    -- JSON array of names
    outcomes       text,
    input          text,
    output         text,
    fault_code     text,
    fault_message  text,
    resume_at      timestamptz,
    started_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    CONSTRAINT steps_pk PRIMARY KEY (account_id, run_id, seq),
    CONSTRAINT steps_status CHECK (status IN ('Running', 'Waiting', 'Completed', 'Failed', 'Cancelled', 'Uncertain')),
    CONSTRAINT steps_finished CHECK ((status IN ('Running', 'Waiting')) = (finished_at IS NULL))
) WITH (fillfactor = 90);

-- Connections ------------------------------------------------------------------------------------------------------

CREATE TABLE connections (
    account_id  uuid  NOT NULL,
    id          uuid  NOT NULL,
    name        text  NOT NULL,
    type        text  NOT NULL,
    settings    json  NOT NULL,
    -- AES-256-GCM: key id, nonce, ciphertext and tag; account and connection id are authenticated with it.
    secrets     bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT connections_pk PRIMARY KEY (account_id, id),
    CONSTRAINT connections_name UNIQUE (account_id, name),
    CONSTRAINT connections_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- The key ring. value is null when the key comes from configuration or from the data directory; check_value proves
-- that a node has the same key as the others.
CREATE TABLE encryption_keys (
    id           uuid  NOT NULL,
    value        bytea,
    check_value  bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT encryption_keys_pk PRIMARY KEY (id)
);
