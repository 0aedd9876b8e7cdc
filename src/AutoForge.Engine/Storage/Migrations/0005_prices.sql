-- What steps cost, as the operator has set it: a JSON object of activity types and US cents. A type that is not named costs
-- what its author says; version 0 is the list that names none. A list never changes: receipts refer to it.
CREATE TABLE price_lists (
    version     integer NOT NULL,
    cents       json    NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT price_lists_pk PRIMARY KEY (version),
    CONSTRAINT price_lists_version CHECK (version > 0)
);

CREATE FUNCTION price_lists_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a price list never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER price_lists_no_change BEFORE UPDATE OR DELETE ON price_lists
    FOR EACH ROW EXECUTE FUNCTION price_lists_never_change();

-- The list that a price was taken from: when the version was saved or published, and when the run was accepted.
ALTER TABLE workflow_versions ADD COLUMN price_list integer NOT NULL DEFAULT 0;
ALTER TABLE triggers ADD COLUMN price_list integer NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN price_list integer NOT NULL DEFAULT 0;
