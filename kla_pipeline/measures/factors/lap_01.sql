-- one row per case reported in the quarter, in a violence register or a register of juvenile cases: days from the incident
-- to the report
WITH reported AS (
    SELECT
        agency,
        case_ref AS unit_id,
        'city' AS place_scope,
        -- an estimated date says nothing about a delay
        min(event_date) FILTER (WHERE period_basis = 'event') AS incident_date,
        min(report_date) AS report_date,
        list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM core.need
    WHERE record = 'violence_victim' AND NOT is_cancelled
    GROUP BY agency, case_ref
    UNION ALL
    SELECT
        agency,
        case_id AS unit_id,
        CASE WHEN bool_or(place_scope = 'city') THEN 'city' ELSE min(place_scope) END AS place_scope,
        min(incident_date) AS incident_date,
        min(lp_date) AS report_date,
        list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM core.juvenile_case
    GROUP BY agency, case_id
)

SELECT
    'case' AS unit_type,
    c.unit_id,
    CASE c.place_scope WHEN 'city' THEN r.jurisdiction ELSE c.place_scope END AS area_code,
    p.period_type,
    p.period,
    MAP {'agency': c.agency} AS breakdowns,
    coalesce(c.report_date - c.incident_date, 0) AS numerator,
    CASE WHEN c.incident_date IS NULL THEN 0 ELSE 1 END AS denominator,
    CASE WHEN c.incident_date IS NULL THEN 1 ELSE 0 END AS unknown,
    c.place_scope = 'city' AS is_counted,
    CASE c.place_scope WHEN 'outside' THEN 'outside' WHEN 'unknown' THEN 'unknown_place' END AS bucket,
    c.row_ids
FROM reported AS c
INNER JOIN measure_period AS p ON c.report_date BETWEEN p.start_date AND p.cut_date
CROSS JOIN meta.release AS r
