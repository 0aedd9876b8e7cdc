-- What the payment provider has told us. Its ids come before our accounts are known, so these keys do not start with the account.

-- One row per event, written in the transaction that books it: a row means that the event is done with.
CREATE TABLE stripe_events (
    id            text NOT NULL,
    type          text NOT NULL,
    live          boolean NOT NULL,
    object_id     text,
    account_id    uuid,
    outcome       text NOT NULL DEFAULT 'received',
    detail        text,
    created_at    timestamptz NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now(),
    processed_at  timestamptz,
    CONSTRAINT stripe_events_pk PRIMARY KEY (id),
    CONSTRAINT stripe_events_outcome CHECK (outcome IN ('received', 'booked', 'ignored', 'refused', 'unknown_account')),
    CONSTRAINT stripe_events_processed CHECK ((outcome = 'received') = (processed_at IS NULL))
);
-- What an administrator has to look at.
CREATE INDEX stripe_events_to_look_at ON stripe_events (received_at DESC) WHERE outcome IN ('refused', 'unknown_account');

-- A payment intent, or the checkout session where there is none. Refunds may be told before the payment itself: until it
-- is, the row has neither account nor amount. refunded_cents is what has been booked, in refund_bookings steps.
CREATE TABLE stripe_payments (
    id                     text NOT NULL,
    account_id             uuid,
    amount_cents           bigint,
    session_id             text,
    charge_refunded_cents  bigint NOT NULL DEFAULT 0,
    refunded_cents         bigint NOT NULL DEFAULT 0,
    refund_bookings        integer NOT NULL DEFAULT 0,
    paid_at                timestamptz,
    CONSTRAINT stripe_payments_pk PRIMARY KEY (id),
    CONSTRAINT stripe_payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT stripe_payments_paid CHECK ((account_id IS NULL) = (amount_cents IS NULL) AND (account_id IS NULL) = (paid_at IS NULL)),
    CONSTRAINT stripe_payments_amounts CHECK (amount_cents > 0 AND refunded_cents BETWEEN 0 AND COALESCE(amount_cents, 0))
);
CREATE INDEX stripe_payments_by_account ON stripe_payments (account_id, paid_at DESC);

CREATE TABLE stripe_refunds (
    id            text NOT NULL,
    payment_id    text NOT NULL,
    amount_cents  bigint NOT NULL,
    failed        boolean NOT NULL,
    CONSTRAINT stripe_refunds_pk PRIMARY KEY (id),
    CONSTRAINT stripe_refunds_payment_fk FOREIGN KEY (payment_id) REFERENCES stripe_payments (id),
    CONSTRAINT stripe_refunds_amount CHECK (amount_cents > 0)
);
CREATE INDEX stripe_refunds_by_payment ON stripe_refunds (payment_id);

-- taken: booked as a dispute; returned: booked back because it was won. won never goes back, so events may come in any order.
CREATE TABLE stripe_disputes (
    id            text NOT NULL,
    payment_id    text NOT NULL,
    amount_cents  bigint NOT NULL,
    won           boolean NOT NULL,
    taken         boolean NOT NULL DEFAULT false,
    returned      boolean NOT NULL DEFAULT false,
    CONSTRAINT stripe_disputes_pk PRIMARY KEY (id),
    CONSTRAINT stripe_disputes_payment_fk FOREIGN KEY (payment_id) REFERENCES stripe_payments (id),
    CONSTRAINT stripe_disputes_amount CHECK (amount_cents > 0),
    CONSTRAINT stripe_disputes_returned CHECK (NOT returned OR (taken AND won))
);
CREATE INDEX stripe_disputes_by_payment ON stripe_disputes (payment_id);

-- Test and live customers are apart: an operator may change from one to the other.
CREATE TABLE stripe_customers (
    account_id   uuid NOT NULL,
    live         boolean NOT NULL,
    customer_id  text NOT NULL,
    CONSTRAINT stripe_customers_pk PRIMARY KEY (account_id, live),
    CONSTRAINT stripe_customers_customer_unique UNIQUE (customer_id),
    CONSTRAINT stripe_customers_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- What an administrator has given or taken, and why. The key makes a repeated request book once.
CREATE TABLE credit_adjustments (
    account_id      uuid   NOT NULL,
    key             text   NOT NULL,
    amount_cents    bigint NOT NULL,
    reason          text   NOT NULL,
    admin_user_id   uuid   NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credit_adjustments_pk PRIMARY KEY (account_id, key),
    CONSTRAINT credit_adjustments_amount CHECK (amount_cents <> 0),
    CONSTRAINT credit_adjustments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id)
);
