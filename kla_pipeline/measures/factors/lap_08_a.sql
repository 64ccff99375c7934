-- one row per agency, record type and month of which a file was due: numerator 1 when it came in time
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
    CAST([] AS VARCHAR[]) AS row_ids
FROM quality.expected AS e
INNER JOIN measure_period AS p ON e.month BETWEEN p.start_date AND p.end_date
CROSS JOIN meta.release AS r
-- a file that is not due yet is neither in time nor late
WHERE e.delivered_on IS NOT NULL OR e.is_overdue
