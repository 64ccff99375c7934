-- one row per event report of the year: numerator the people affected or displaced
SELECT
    'event' AS unit_type,
    e.event_id AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    MAP {'hazard': coalesce(e.hazard_name, e.hazard_code)} AS breakdowns,
    coalesce(e.affected_displaced, 0) AS numerator,
    CAST(NULL AS DOUBLE) AS denominator,
    CASE WHEN e.affected_displaced IS NULL THEN 1 ELSE 0 END AS unknown,
    TRUE AS is_counted,
    CAST(NULL AS VARCHAR) AS bucket,
    e.row_ids
FROM core.disaster_event AS e
INNER JOIN measure_period AS p ON e.event_date BETWEEN p.start_date AND p.cut_date
CROSS JOIN meta.release AS r
