-- one row per event report of the year: numerator the share of the event that falls to the city
SELECT
    'event' AS unit_type,
    e.event_id AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    MAP {'hazard': coalesce(e.hazard_name, e.hazard_code)} AS breakdowns,
    e.event_share AS numerator,
    CAST(NULL AS DOUBLE) AS denominator,
    0 AS unknown,
    TRUE AS is_counted,
    CAST(NULL AS VARCHAR) AS bucket,
    e.row_ids
FROM core.disaster_event AS e
INNER JOIN measure_period AS p ON e.event_date BETWEEN p.start_date AND p.cut_date
CROSS JOIN meta.release AS r
