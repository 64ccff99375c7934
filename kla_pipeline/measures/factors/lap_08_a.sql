-- one row per agency, record type and month of which a file was due: numerator 1 when it came in time
WITH covering AS (
    -- the deliveries that count as this file, each as a whole
    SELECT agency, record, month, list(DISTINCT left(delivery_id, 16) ORDER BY left(delivery_id, 16)) AS delivery_ids
    FROM (FROM quality.coverage UNION ALL FROM quality.held_coverage)
    GROUP BY agency, record, month
)

SELECT
    'expected_file' AS unit_type,
    e.agency || '/' || e.record || '/' || strftime(e.month, '%Y-%m') AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    MAP {'agency': e.agency} AS breakdowns,
    CASE WHEN e.is_on_time THEN 1 ELSE 0 END AS numerator,
    1 AS denominator,
    0 AS unknown,
    TRUE AS is_counted,
    CASE WHEN e.delivered_on IS NULL THEN 'overdue' END AS bucket,
    coalesce(c.delivery_ids, []) AS row_ids
FROM quality.expected AS e
INNER JOIN measure_period AS p ON e.month BETWEEN p.start_date AND p.end_date
LEFT JOIN covering AS c ON c.agency = e.agency AND c.record = e.record AND c.month = e.month
CROSS JOIN meta.release AS r
-- a file that is not due yet is neither in time nor late
WHERE e.delivered_on IS NOT NULL OR e.is_overdue
