-- What runs accepted in the current UTC month cost or may still cost, and how many runs the current UTC day has accepted.
-- In the account row, since every hold and release writes it anyway: a cap that the hold itself counts cannot be overshot.
ALTER TABLE accounts
    ADD COLUMN spend_month date NOT NULL DEFAULT '2000-01-01',
    ADD COLUMN month_cents bigint NOT NULL DEFAULT 0,
    ADD COLUMN runs_day date NOT NULL DEFAULT '2000-01-01',
    ADD COLUMN day_runs integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT accounts_month_cents_not_negative CHECK (month_cents >= 0);

UPDATE accounts AS a
SET spend_month = m.month,
    month_cents = m.cents,
    runs_day = m.day,
    day_runs = m.runs
FROM (
    SELECT account_id,
           date_trunc('month', now() AT TIME ZONE 'UTC')::date AS month,
           SUM(price_cents) FILTER (WHERE status IN ('Queued', 'Running', 'Waiting', 'Succeeded')) AS cents,
           (now() AT TIME ZONE 'UTC')::date AS day,
           COUNT(*) FILTER (WHERE accepted_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') AS runs
    FROM runs
    WHERE accepted_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    GROUP BY account_id
    HAVING SUM(price_cents) FILTER (WHERE status IN ('Queued', 'Running', 'Waiting', 'Succeeded')) IS NOT NULL
) AS m
WHERE a.id = m.account_id;

-- What an account may do (its plan) and what its owner allows it to spend. No row, or null in it: no limit.
CREATE TABLE account_limits (
    account_id               uuid    NOT NULL,
    workflows                integer,
    connections              integer,
    runs_per_day             integer,
    concurrent_runs          integer,
    retention_days           integer,
    api_requests_per_minute  integer,
    pipeline_minutes         integer,
    discount_percent         integer NOT NULL DEFAULT 0,
    run_cap_cents            bigint,
    month_cap_cents          bigint,
    low_balance_cents        bigint  NOT NULL DEFAULT 50,
    CONSTRAINT account_limits_pk PRIMARY KEY (account_id),
    CONSTRAINT account_limits_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_limits_discount CHECK (discount_percent BETWEEN 0 AND 100)
);

-- A cap on one workflow, and what its runs of the month cost or may still cost. Only capped workflows have a row, so that
-- the others pay nothing for it.
CREATE TABLE workflow_caps (
    account_id       uuid   NOT NULL,
    workflow_id      text   NOT NULL,
    month_cap_cents  bigint NOT NULL,
    spend_month      date   NOT NULL,
    month_cents      bigint NOT NULL,
    CONSTRAINT workflow_caps_pk PRIMARY KEY (account_id, workflow_id),
    CONSTRAINT workflow_caps_workflow_fk FOREIGN KEY (account_id, workflow_id) REFERENCES workflows (account_id, id),
    CONSTRAINT workflow_caps_not_negative CHECK (month_cap_cents >= 0 AND month_cents >= 0)
) WITH (fillfactor = 50);

-- What the owner of an account should hear of, stored by the transaction in which it became true and told later. One row
-- per kind and subject, so that a thousand failures of a workflow are one thing to tell.
CREATE TABLE notices (
    account_id   uuid    NOT NULL,
    kind         text    NOT NULL,
    subject      text    NOT NULL,
    workflow_id  text,
    run_id       uuid,
    times        integer NOT NULL,
    since        timestamptz NOT NULL DEFAULT now(),
    told_at      timestamptz,
    -- Who tells it holds it for so long.
    claimed_until timestamptz,
    CONSTRAINT notices_pk PRIMARY KEY (account_id, kind, subject)
) WITH (fillfactor = 50);
CREATE INDEX notices_untold ON notices (since) WHERE times > 0;
