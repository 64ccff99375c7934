-- As many rows stand in quality.set_aside, each with its kind, as the manifests say were set aside around the tables.
WITH counted AS (
    SELECT delivery_id, count(*) AS row_count FROM quality.set_aside GROUP BY ALL
),
told AS (
    SELECT delivery_id, sum(above_header + set_aside) AS row_count
    FROM quality.reconciliation
    WHERE stage = 'staging' AND record IS NOT NULL
    GROUP BY ALL
)
SELECT told.delivery_id
FROM told
LEFT JOIN counted USING (delivery_id)
WHERE told.row_count <> coalesce(counted.row_count, 0)
