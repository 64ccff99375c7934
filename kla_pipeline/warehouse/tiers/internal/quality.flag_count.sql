-- one row per agency, record type and rule: how many accepted rows carry the warning
SELECT agency, record, rule_id, count(*) AS row_count FROM warehouse.quality.flag GROUP BY ALL

