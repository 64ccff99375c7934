-- one row per police case closed in a period (its child offenders of 12 to 17 in the city), and one per case and group of
-- its offenders that stands apart: outside, unknown place, age unknown, under 12, adult, transferred out
WITH offender AS (
    SELECT
        *,
        CASE
            WHEN place_scope = 'outside' THEN 'outside'
            WHEN place_scope = 'unknown' THEN 'unknown_place'
            WHEN NOT age_known THEN 'age_unknown'
            WHEN age_years < 12 THEN 'under_12'
            WHEN age_years >= 18 THEN 'adult'
            ELSE outcome_bucket
        END AS set_apart
    FROM core.juvenile_case
    WHERE role = 'offender'
),

-- closed when every offender of the group is, on the last date; restorative when all are
closed_case AS (
    SELECT
        case_id,
        set_apart,
        max(closed_date) AS closed_on,
        bool_and(is_restorative) AS is_restorative,
        -- one offender known to have ended otherwise decides the case whatever the others' outcome
        bool_or(outcome_known AND NOT is_restorative) OR bool_and(outcome_known) AS is_known,
        list_sort(list(DISTINCT outcome)) AS outcomes,
        list_sort(list(DISTINCT sex)) AS sexes,
        list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM offender
    GROUP BY case_id, set_apart
    HAVING bool_and(closed_date IS NOT NULL)
)

SELECT
    'case' AS unit_type,
    c.case_id AS unit_id,
    coalesce(CASE c.set_apart WHEN 'outside' THEN 'outside' WHEN 'unknown_place' THEN 'unknown' END, r.jurisdiction)
        AS area_code,
    p.period_type,
    p.period,
    MAP {'outcome': array_to_string(c.outcomes, '|'), 'sex': array_to_string(c.sexes, '|')} AS breakdowns,
    CASE WHEN c.is_restorative THEN 1 ELSE 0 END AS numerator,
    CASE
        WHEN c.is_known THEN 1
        WHEN (SELECT value = 'counted_as_no' FROM measure_parameter WHERE name = 'unknown_outcome') THEN 1
        ELSE 0
    END AS denominator,
    CASE WHEN c.is_known THEN 0 ELSE 1 END AS unknown,
    c.set_apart IS NULL AS is_counted,
    c.set_apart AS bucket,
    c.row_ids
FROM closed_case AS c
INNER JOIN measure_period AS p ON c.closed_on BETWEEN p.start_date AND p.cut_date
CROSS JOIN meta.release AS r
