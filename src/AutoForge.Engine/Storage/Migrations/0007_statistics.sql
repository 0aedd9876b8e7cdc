-- Nothing is ever looked for by these, and they are most of the bytes: analyzing them is work for nothing.
ALTER TABLE steps
    ALTER COLUMN node_id SET STATISTICS 0,
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN outcomes SET STATISTICS 0,
    ALTER COLUMN input SET STATISTICS 0,
    ALTER COLUMN output SET STATISTICS 0,
    ALTER COLUMN fault_message SET STATISTICS 0;
ALTER TABLE run_inputs ALTER COLUMN payload SET STATISTICS 0;
ALTER TABLE runs ALTER COLUMN fault_message SET STATISTICS 0;
ALTER TABLE ledger_entries ALTER COLUMN description SET STATISTICS 0;
