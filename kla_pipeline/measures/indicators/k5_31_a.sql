-- one row per child in a worst form of labour and period in which its case is open or it was freed
WITH labour AS (
    SELECT
        *,
        CASE WHEN NOT age_known THEN 'age_unknown' WHEN age_years >= 18 THEN 'adult' ELSE 'counted' END AS standing,
        least(freed_date, closed_date, turns_18_on) AS first_end
    FROM core.child_labour
    WHERE is_worst_form
),

-- open from identification until freed, closed for another reason or 18; a relapse opens again on its date
spell AS (
    SELECT
        labour_id,
        identified_date AS opened_on,
        first_end AS ended_on,
        freed_date IS NOT NULL OR closed_date IS NOT NULL AS has_closing
    FROM labour
    UNION ALL
    SELECT
        labour_id,
        relapse_date AS opened_on,
        -- a closing or release before the relapse does not end what the relapse opened
        least(
            CASE WHEN closed_date >= relapse_date THEN closed_date END,
            CASE WHEN freed_date >= relapse_date THEN freed_date END,
            turns_18_on
        ) AS ended_on,
        coalesce(closed_date >= relapse_date OR freed_date >= relapse_date, FALSE) AS has_closing
    FROM labour
    WHERE relapse_date >= first_end AND (turns_18_on IS NULL OR relapse_date < turns_18_on)
),

in_period AS (
    SELECT
        l.child_id,
        p.period_type,
        p.period,
        bool_or(l.standing = 'counted') AS is_counted,
        CASE
            WHEN bool_or(l.standing = 'counted') THEN NULL
            WHEN bool_or(l.standing = 'age_unknown') THEN 'age_unknown'
            ELSE 'adult'
        END AS set_apart,
        bool_or(
            l.standing = 'counted'
            AND l.freed_date BETWEEN p.start_date AND p.cut_date
            AND l.freed_date BETWEEN s.opened_on AND coalesce(s.ended_on, l.freed_date)
        ) AS is_freed,
        bool_and(
            NOT s.has_closing
            AND l.last_activity_date < CAST(p.cut_date - to_months(12) AS DATE)
            AND coalesce(l.turns_18_on > p.cut_date, TRUE)
        ) FILTER (WHERE l.standing = 'counted') AS is_stale,
        first(l.age_years ORDER BY l.identified_date, l.labour_id) FILTER (WHERE l.standing = 'counted') AS age_years,
        list_sort(list(DISTINCT l.work_form) FILTER (WHERE l.standing = 'counted')) AS work_forms,
        list_sort(list(DISTINCT l.agency) FILTER (WHERE l.standing = 'counted')) AS agencies,
        list_sort(list_distinct(flatten(list(l.row_ids)))) AS row_ids
    FROM measure_period AS p
    INNER JOIN spell AS s
        ON s.opened_on <= p.cut_date
        AND (s.opened_on >= p.start_date OR s.ended_on IS NULL OR s.ended_on >= p.start_date)
    INNER JOIN labour AS l ON l.labour_id = s.labour_id
    GROUP BY l.child_id, p.period_type, p.period
)

SELECT
    'child' AS unit_type,
    i.child_id AS unit_id,
    k.area_code,
    i.period_type,
    i.period,
    MAP {
        'sex': k.sex,
        'age_group': core.age_group(i.age_years),
        'domicile_scope': k.domicile_scope,
        'work_form': coalesce(array_to_string(i.work_forms, '|'), 'none'),
        'agency': coalesce(array_to_string(i.agencies, '|'), 'none'),
        'link_basis': k.link_basis
    } AS breakdowns,
    CASE WHEN i.is_freed THEN 1 ELSE 0 END AS numerator,
    1 AS denominator,
    0 AS unknown,
    i.is_counted,
    nullif(concat_ws('|', i.set_apart, CASE WHEN i.is_stale THEN 'stale_open' END), '') AS bucket,
    i.row_ids
FROM in_period AS i
INNER JOIN core.child AS k ON k.child_id = i.child_id
