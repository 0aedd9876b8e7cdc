-- A refund or a dispute may take back more than is left on the account. The balance stops at zero and the rest is owed:
-- debt_cents is the cached sum of account_debts less what later entries with a source 'debt:…' have paid.
ALTER TABLE accounts
    ADD COLUMN debt_cents bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT accounts_debt_not_negative CHECK (debt_cents >= 0);

-- source is that of the movement which could not be booked in full; together they are the amount that was taken back.
CREATE TABLE account_debts (
    account_id    uuid   NOT NULL,
    source        text   NOT NULL,
    amount_cents  bigint NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_debts_pk PRIMARY KEY (account_id, source),
    CONSTRAINT account_debts_amount_positive CHECK (amount_cents > 0)
);
CREATE TRIGGER account_debts_no_change BEFORE UPDATE OR DELETE ON account_debts
    FOR EACH ROW EXECUTE FUNCTION ledger_entries_are_insert_only();
CREATE TRIGGER account_debts_no_truncate BEFORE TRUNCATE ON account_debts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_are_insert_only();
