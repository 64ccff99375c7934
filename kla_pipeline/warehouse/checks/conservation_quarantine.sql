-- As many rows stand in quarantine with at least one reason as the manifests say were rejected.
WITH counted AS (
    SELECT r.delivery_id, r.record, count(*) AS row_count
    FROM quality.rejected_row AS r
    WHERE r.stage = 'staging' AND EXISTS (SELECT 1 FROM quality.reason AS q WHERE q.row_id = r.row_id)
    GROUP BY ALL
),
told AS (
    SELECT delivery_id, record, sum(rejected) AS row_count
    FROM quality.reconciliation
    WHERE stage = 'staging' AND record IS NOT NULL
    GROUP BY ALL
)
SELECT told.delivery_id, told.record
FROM told
LEFT JOIN counted USING (delivery_id, record)
WHERE told.row_count <> coalesce(counted.row_count, 0)
