-- Every rule ran over each table that it is declared for and over no other, and those of scope row and delivery judged every data row.
WITH told AS (
    SELECT delivery_id, record, sum(accepted + rejected) AS data_rows
    FROM quality.reconciliation
    WHERE stage = 'staging' AND record IS NOT NULL
    GROUP BY ALL
),
judged AS (
    SELECT delivery_id, record, rule_id, sum(rows_judged) AS rows_judged
    FROM quality.rule_coverage
    WHERE scope IN ('row', 'delivery')
    GROUP BY ALL
)
SELECT delivery_id, rule_id FROM quality.rule_coverage WHERE is_intended <> is_executed
UNION
SELECT delivery_id, rule_id
FROM told
INNER JOIN judged USING (delivery_id, record)
WHERE judged.rows_judged <> told.data_rows
