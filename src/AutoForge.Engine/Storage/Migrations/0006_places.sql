-- Fair claims (reliability 10). A run needs one of its account's places to be worked on. places_taken and runs_parked are in
-- the account row, which acceptance and settlement lock anyway. A parked job has no place and is never due; the
-- transaction that frees a place hands it to the account's oldest parked job.
ALTER TABLE accounts
    ADD COLUMN places_taken integer NOT NULL DEFAULT 0,
    ADD COLUMN runs_parked integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT accounts_places_not_negative CHECK (places_taken >= 0 AND runs_parked >= 0);

ALTER TABLE jobs ADD COLUMN has_place boolean NOT NULL DEFAULT false;

-- Open runs from before: who is at work or due keeps a place; a waiting one takes a place when it goes on.
UPDATE jobs SET has_place = true WHERE lease_owner IS NOT NULL OR due_at <= now();
UPDATE accounts AS a
SET places_taken = j.taken
FROM (SELECT account_id, COUNT(*) AS taken FROM jobs WHERE has_place GROUP BY account_id) AS j
WHERE a.id = j.account_id;

CREATE INDEX jobs_parked ON jobs (account_id, id) WHERE due_at = 'infinity';
