-- Every state of a draft that was saved, so that an overwritten one comes back. Workflows/RevisionStore.cs says how many
-- are kept of a workflow.
CREATE TABLE workflow_revisions (
    account_id   uuid    NOT NULL,
    workflow_id  text    NOT NULL,
    revision     integer NOT NULL,
    version      integer NOT NULL,
    document     json    NOT NULL,
    price_cents  integer NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT workflow_revisions_pk PRIMARY KEY (account_id, workflow_id, revision),
    CONSTRAINT workflow_revisions_workflow_fk FOREIGN KEY (account_id, workflow_id) REFERENCES workflows (account_id, id)
);

CREATE FUNCTION workflow_revisions_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a revision never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER workflow_revisions_no_change BEFORE UPDATE ON workflow_revisions
    FOR EACH ROW EXECUTE FUNCTION workflow_revisions_never_change();

-- The first save after this would overwrite the drafts that are there already.
INSERT INTO workflow_revisions (account_id, workflow_id, revision, version, document, price_cents, created_at)
SELECT v.account_id, v.workflow_id, 1, v.version, v.document, v.price_cents, v.updated_at
FROM workflow_versions AS v
JOIN workflows AS w ON w.account_id = v.account_id AND w.id = v.workflow_id AND w.latest_version = v.version;

-- A version that its owner deleted is listed no more. It stays, since runs and receipts refer to it.
ALTER TABLE workflow_versions ADD COLUMN deleted_at timestamptz;
