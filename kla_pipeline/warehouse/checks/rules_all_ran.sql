-- Every row and delivery rule of a record type ran over every delivery of it, and judged every data row.
SELECT t.delivery_id, r.rule_id
FROM quality.delivery_table AS t
INNER JOIN quality.rule AS r ON r.record = t.record AND r.scope IN ('row', 'delivery')
LEFT JOIN quality.rule_run AS run
    ON run.delivery_id = t.delivery_id AND run.record = t.record AND run.rule_id = r.rule_id
WHERE run.rule_id IS NULL
