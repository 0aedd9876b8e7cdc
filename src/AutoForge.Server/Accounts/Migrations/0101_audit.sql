-- What happened to an account, for its owner to read; entry_no is the order in which it was written.
CREATE TABLE audit_entries (
    account_id  uuid NOT NULL,
    entry_no    bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT now(),
    user_id     uuid,
    action      text NOT NULL,
    target      text,
    detail      text,
    ip          text,
    CONSTRAINT audit_entries_pk PRIMARY KEY (account_id, entry_no)
);

-- Erasing an account is the one way out: the transaction that does it names the account.
CREATE FUNCTION audit_entries_are_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('autoforge.erasing_account', true) = OLD.account_id::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit entries are only ever inserted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_are_insert_only();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_insert_only();
