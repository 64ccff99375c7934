-- Every row and delivery rule of a record type ran over every table of it, and judged every data row.
WITH told AS (
    SELECT delivery_id, record, sum(accepted + rejected) AS data_rows
    FROM quality.reconciliation
    WHERE stage = 'staging' AND record IS NOT NULL
    GROUP BY ALL
),
ran AS (
    SELECT delivery_id, record, rule_id, sum(rows_judged) AS rows_judged FROM quality.rule_run GROUP BY ALL
)
SELECT told.delivery_id, r.rule_id
FROM told
INNER JOIN quality.rule AS r ON r.record = told.record AND r.scope IN ('row', 'delivery')
LEFT JOIN ran ON ran.delivery_id = told.delivery_id AND ran.record = told.record AND ran.rule_id = r.rule_id
WHERE ran.rule_id IS NULL OR ran.rows_judged <> told.data_rows
