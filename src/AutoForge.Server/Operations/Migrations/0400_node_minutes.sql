-- What each node did in each minute, for the operator's page: one narrow row per node and minute, kept for two days.
-- Numbers are those of this minute alone; what a node measures of the whole cluster (queue, database) is null when it could not.
CREATE TABLE node_minutes (
    minute             timestamptz NOT NULL,
    node_id            uuid    NOT NULL,
    accepted           bigint  NOT NULL,
    refused            bigint  NOT NULL,
    unavailable        bigint  NOT NULL,
    succeeded          bigint  NOT NULL,
    failed             bigint  NOT NULL,
    cancelled          bigint  NOT NULL,
    retries            bigint  NOT NULL,
    leases_lost        bigint  NOT NULL,
    writes_fenced      bigint  NOT NULL,
    webhook_failures   bigint  NOT NULL,
    group_commits      bigint  NOT NULL,
    group_writes       bigint  NOT NULL,
    -- How many took as long, by the bounds of EngineMetrics.DurationBounds, the last one for longer ones.
    accept_times       bigint[] NOT NULL,
    run_times          bigint[] NOT NULL,
    queue_depth        bigint,
    queue_parked       bigint,
    queue_age_seconds  double precision,
    pool_used          integer,
    pool_max           integer,
    database_bytes     bigint,
    disk_free_bytes    bigint,
    disk_bytes         bigint,
    CONSTRAINT node_minutes_pk PRIMARY KEY (minute, node_id)
);

-- The invariants, proven in the background by one node per period. A row without an end is of a node that is at it, or died.
CREATE TABLE ledger_checks (
    period       bigint  NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    violations   bigint,
    -- Ids of the invariants that do not hold.
    violated     text,
    CONSTRAINT ledger_checks_pk PRIMARY KEY (period),
    CONSTRAINT ledger_checks_ended CHECK ((ended_at IS NULL) = (violations IS NULL))
);
