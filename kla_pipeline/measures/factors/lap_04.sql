-- one row per case of the violence register open at month-end; numerator 1 when reported more than 90 days before
WITH register_case AS (
    SELECT
        case_ref,
        min(period_date) AS opened_on,
        min(coalesce(report_date, event_date)) AS reported_on,
        CASE WHEN bool_and(closed_date IS NOT NULL) THEN max(closed_date) END AS closed_on,
        list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM core.need
    WHERE record = 'violence_victim' AND NOT is_cancelled
    GROUP BY case_ref
)

SELECT
    'case' AS unit_type,
    c.case_ref AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) AS breakdowns,
    CASE WHEN p.cut_date - c.reported_on > 90 THEN 1 ELSE 0 END AS numerator,
    1 AS denominator,
    0 AS unknown,
    TRUE AS is_counted,
    CAST(NULL AS VARCHAR) AS bucket,
    c.row_ids
FROM measure_period AS p
INNER JOIN register_case AS c ON c.opened_on < p.cut_date AND (c.closed_on IS NULL OR c.closed_on > p.cut_date)
CROSS JOIN meta.release AS r
