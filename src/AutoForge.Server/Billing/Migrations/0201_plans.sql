-- What customers can subscribe to; an administrator edits it. Null = no limit. Of all accounts alike, so the key is the plan's.
CREATE TABLE plans (
    id                       text    NOT NULL,
    name                     text    NOT NULL,
    position                 integer NOT NULL,
    price_cents              integer NOT NULL,
    included_credit_cents    integer NOT NULL,
    workflows                integer,
    connections              integer,
    runs_per_day             integer,
    concurrent_runs          integer,
    retention_days           integer,
    api_requests_per_minute  integer,
    pipeline_minutes         integer,
    discount_percent         integer NOT NULL,
    -- Of the payment provider's price list; null = the price above is named in each checkout.
    stripe_price_id          text,
    CONSTRAINT plans_pk PRIMARY KEY (id),
    CONSTRAINT plans_stripe_price_unique UNIQUE (stripe_price_id),
    CONSTRAINT plans_amounts CHECK (price_cents >= 0 AND included_credit_cents >= 0 AND discount_percent BETWEEN 0 AND 100),
    CONSTRAINT plans_limits CHECK (workflows >= 0 AND connections >= 0 AND runs_per_day >= 0 AND concurrent_runs > 0
        AND retention_days > 0 AND api_requests_per_minute > 0 AND pipeline_minutes >= 0)
);
INSERT INTO plans (id, name, position, price_cents, included_credit_cents, workflows, connections, runs_per_day, concurrent_runs,
                   retention_days, api_requests_per_minute, pipeline_minutes, discount_percent)
VALUES ('free',       'Free',       1,    0,    0,   20,   20,  100000,  20,  30,  600,    60,  0),
       ('pro',        'Pro',        2, 2900, 2000,  200,  200, 1000000, 100,  90, 3000,  1000, 10),
       ('enterprise', 'Enterprise', 3, 9900, 8000, NULL, NULL,    NULL, 500, 365, NULL, 10000, 25);

-- An account without a row is on the plan 'free'. told_at is the provider's time of the newest state that was told: an older
-- one changes nothing. settled is false until the plan's limits, whenever they change, are carried out on what exceeds them.
CREATE TABLE subscriptions (
    account_id              uuid    NOT NULL,
    plan_id                 text    NOT NULL,
    status                  text    NOT NULL,
    stripe_subscription_id  text,
    told_at                 timestamptz,
    current_period_end      timestamptz,
    cancel_at_period_end    boolean NOT NULL DEFAULT false,
    grace_until             timestamptz,
    settled                 boolean NOT NULL DEFAULT false,
    paused_workflows        integer NOT NULL DEFAULT 0,
    updated_at              timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_pk PRIMARY KEY (account_id),
    CONSTRAINT subscriptions_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT subscriptions_plan_fk FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT subscriptions_stripe_unique UNIQUE (stripe_subscription_id),
    CONSTRAINT subscriptions_status CHECK (status IN ('active', 'past_due', 'ended')),
    CONSTRAINT subscriptions_grace_when_past_due CHECK (grace_until IS NULL OR status = 'past_due')
);
CREATE INDEX subscriptions_unsettled ON subscriptions (updated_at) WHERE NOT settled;
CREATE INDEX subscriptions_in_grace ON subscriptions (grace_until) WHERE grace_until IS NOT NULL;

INSERT INTO subscriptions (account_id, plan_id, status)
SELECT id, 'free', 'active'
FROM accounts;
