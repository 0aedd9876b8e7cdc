-- The card that a customer has saved with the payment provider, to be charged while they are away; its number is not ours.
ALTER TABLE stripe_customers
    ADD COLUMN card_id text,
    ADD COLUMN card_saved_at timestamptz,
    ADD CONSTRAINT stripe_customers_card CHECK ((card_id IS NULL) = (card_saved_at IS NULL));

-- What an account wants done when its balance runs low. No row: nothing.
CREATE TABLE auto_topups (
    account_id       uuid    NOT NULL,
    is_on            boolean NOT NULL,
    threshold_cents  bigint  NOT NULL,
    amount_cents     bigint  NOT NULL,
    month_cap_cents  bigint  NOT NULL,
    -- Why the server has switched it off; null when its owner did.
    stopped_by       text,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT auto_topups_pk PRIMARY KEY (account_id),
    CONSTRAINT auto_topups_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT auto_topups_amounts CHECK (threshold_cents > 0 AND amount_cents > 0 AND month_cap_cents >= amount_cents),
    CONSTRAINT auto_topups_stopped CHECK (stopped_by IS NULL OR NOT is_on)
);
CREATE INDEX auto_topups_on ON auto_topups (account_id) WHERE is_on;

-- One row per payment that was begun. Its id is the key by which the provider makes one payment of all requests for it, so
-- everything the request says stands here before it is sent, and never changes.
CREATE TABLE auto_topup_attempts (
    account_id     uuid    NOT NULL,
    id             uuid    NOT NULL,
    live           boolean NOT NULL,
    amount_cents   bigint  NOT NULL,
    customer_id    text    NOT NULL,
    card_id        text    NOT NULL,
    status         text    NOT NULL DEFAULT 'open',
    payment_id     text,
    failure        text,
    started_at     timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    -- Until then its sender has it for itself.
    claimed_until  timestamptz NOT NULL,
    CONSTRAINT auto_topup_attempts_pk PRIMARY KEY (account_id, id),
    CONSTRAINT auto_topup_attempts_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT auto_topup_attempts_amount CHECK (amount_cents > 0),
    CONSTRAINT auto_topup_attempts_status CHECK (status IN ('open', 'succeeded', 'failed')),
    CONSTRAINT auto_topup_attempts_ended CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT auto_topup_attempts_failure CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CONSTRAINT auto_topup_attempts_paid CHECK (status <> 'succeeded' OR payment_id IS NOT NULL)
);
-- Two nodes that see the same low balance cannot both begin a payment.
CREATE UNIQUE INDEX auto_topup_attempts_one_open ON auto_topup_attempts (account_id, live) WHERE status = 'open';
CREATE INDEX auto_topup_attempts_unanswered ON auto_topup_attempts (claimed_until) WHERE status = 'open' AND payment_id IS NULL;
