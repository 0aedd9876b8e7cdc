-- When the next job falls due is asked at every look at the queue. Most jobs are leased from their first moment to their end
-- and never enter this index.
CREATE INDEX jobs_unleased ON jobs (due_at) WHERE lease_owner IS NULL;
