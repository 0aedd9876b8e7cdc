-- Grows with every write about the run, so that a watcher need not look at its steps to see whether there is news.
ALTER TABLE runs ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
UPDATE runs SET updated_at = COALESCE(finished_at, started_at, accepted_at);

-- Deleted for its owner: listed no more. The row stays, since ledger entries and receipts refer to it.
ALTER TABLE runs ADD COLUMN deleted_at timestamptz;

-- When a draft was first started by hand. From then on it is fixed like a published version: runs refer to it.
ALTER TABLE workflow_versions ADD COLUMN started_at timestamptz;
