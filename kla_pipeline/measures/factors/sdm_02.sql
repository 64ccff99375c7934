-- one row per case open at month-end (numerator) and one per case worker serving then (denominator, FTE)
WITH register_case AS (
    -- every case of the violence register, adult victims included: the same people carry them
    SELECT
        case_ref,
        min(period_date) AS opened_on,
        CASE WHEN bool_and(closed_date IS NOT NULL) THEN max(closed_date) END AS closed_on,
        list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM core.need
    WHERE record = 'violence_victim' AND NOT is_cancelled
    GROUP BY case_ref
),

open_case AS (
    -- open on the month's last day: begun before it, and not closed on it or earlier
    SELECT p.period_type, p.period, c.case_ref, c.row_ids
    FROM measure_period AS p
    INNER JOIN register_case AS c ON c.opened_on < p.cut_date AND (c.closed_on IS NULL OR c.closed_on > p.cut_date)
),

case_worker AS (
    SELECT p.period_type, p.period, s.staff_id, s.fte, s.row_ids
    FROM measure_period AS p
    INNER JOIN core.staff AS s ON s.start_date <= p.cut_date AND (s.end_date IS NULL OR s.end_date >= p.cut_date)
    WHERE s.is_case_worker
),

unit AS (
    SELECT 'case' AS unit_type, case_ref AS unit_id, period_type, period, 1.0 AS numerator, 0.0 AS denominator, row_ids
    FROM open_case
    UNION ALL
    SELECT 'staff' AS unit_type, staff_id AS unit_id, period_type, period, 0.0 AS numerator, fte AS denominator, row_ids
    FROM case_worker
)

SELECT
    u.unit_type,
    u.unit_id,
    r.jurisdiction AS area_code,
    u.period_type,
    u.period,
    CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) AS breakdowns,
    u.numerator,
    u.denominator,
    0 AS unknown,
    TRUE AS is_counted,
    CAST(NULL AS VARCHAR) AS bucket,
    u.row_ids
FROM unit AS u
CROSS JOIN meta.release AS r
