-- Every group writes a new version of an account's row, and one that finds no room beside the last enters the index again. A unique
-- index then looks at all versions before it that a transaction somewhere keeps alive. So what makes an account the only one of its
-- id, and what refers to it, is a table whose rows never change. An engine without a server keeps the key: its host's tables may
-- refer to it.
CREATE TABLE account_ids (
    id  uuid NOT NULL,
    CONSTRAINT account_ids_pk PRIMARY KEY (id)
);
INSERT INTO account_ids (id)
SELECT id
FROM accounts;

DO $$
DECLARE
    reference record;
BEGIN
    FOR reference IN
        SELECT conrelid::regclass AS referring, conname AS name
        FROM pg_constraint
        WHERE contype = 'f' AND confrelid = 'accounts'::regclass
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', reference.referring, reference.name);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (account_id) REFERENCES account_ids (id)', reference.referring, reference.name);
    END LOOP;
END $$;

ALTER TABLE accounts DROP CONSTRAINT accounts_pk;
CREATE INDEX accounts_by_id ON accounts (id);

-- An account that is there is left as it is, as ON CONFLICT DO NOTHING would. Two that are opened at once meet at the key.
CREATE FUNCTION accounts_are_opened_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_ids (id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    IF NOT FOUND AND EXISTS (SELECT FROM accounts WHERE id = NEW.id) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accounts_open_once BEFORE INSERT ON accounts
    FOR EACH ROW EXECUTE FUNCTION accounts_are_opened_once();
