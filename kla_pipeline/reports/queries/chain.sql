-- one row: length and end of the ledger's chain when the tables were built
SELECT event_count, head_hash FROM audit.meta.run
