-- one row per delivery with rows, in the last month it covers (without a known period: the month it was delivered)
WITH last_month AS (
    SELECT delivery_id, max(month) AS month FROM quality.coverage GROUP BY delivery_id
)

SELECT
    'delivery' AS unit_type,
    d.delivery_id AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    MAP {'agency': d.agency} AS breakdowns,
    d.rows_rejected AS numerator,
    -- rows that could be rejected: blank, total and footer lines are none
    d.rows_accepted + d.rows_rejected AS denominator,
    0 AS unknown,
    TRUE AS is_counted,
    CAST(NULL AS VARCHAR) AS bucket,
    -- all its rows, rejected ones too: the delivery as a whole
    [left(d.delivery_id, 16)] AS row_ids
FROM quality.delivery AS d
LEFT JOIN last_month AS m ON m.delivery_id = d.delivery_id
INNER JOIN measure_period AS p ON coalesce(m.month, d.delivered_on, d.received_on) BETWEEN p.start_date AND p.end_date
CROSS JOIN meta.release AS r
WHERE d.rows_accepted + d.rows_rejected > 0 AND d.verdict <> 'refused'
