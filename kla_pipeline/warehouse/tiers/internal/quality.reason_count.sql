-- one row per agency, record type and rule: how many rows are rejected or flagged
SELECT agency, record, rule_id, count(*) AS row_count FROM warehouse.quality.reason GROUP BY ALL

