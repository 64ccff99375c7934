-- one row per child and period in which it has a need of special protection: counted, or set apart with the reason
WITH served_before_death AS (
    SELECT c.child_id
    FROM core.child AS c
    INNER JOIN core.service AS s ON s.child_id = c.child_id AND s.service_date < c.death_date
    WHERE s.is_qualifying
    GROUP BY c.child_id
),

need AS (
    SELECT
        n.*,
        CASE
            WHEN n.is_cancelled THEN 'cancelled'
            WHEN
                n.death_date <= coalesce(n.report_date, n.event_date, n.period_date) AND b.child_id IS NULL
                THEN 'deceased'
            WHEN n.age_years >= 18 THEN 'adult'
            WHEN NOT n.age_known THEN 'age_unknown'
            ELSE 'counted'
        END AS standing
    FROM core.need AS n
    LEFT JOIN served_before_death AS b ON b.child_id = n.child_id
),

-- new in the period, or open at its start
need_in_period AS (
    SELECT p.period_type, p.period, p.start_date, p.cut_date, n.*
    FROM measure_period AS p
    INNER JOIN need AS n
        ON n.period_date <= p.cut_date
        AND (n.period_date >= p.start_date OR n.closed_date IS NULL OR n.closed_date >= p.start_date)
),

child_in_period AS (
    SELECT
        child_id,
        period_type,
        period,
        any_value(start_date) AS start_date,
        any_value(cut_date) AS cut_date,
        bool_or(standing = 'counted') AS is_counted,
        CASE
            WHEN bool_or(standing = 'counted') THEN NULL
            WHEN bool_or(standing = 'age_unknown') THEN 'age_unknown'
            WHEN bool_or(standing = 'deceased') THEN 'deceased'
            WHEN bool_or(standing = 'adult') THEN 'adult'
            ELSE 'cancelled'
        END AS set_apart,
        min(period_date) FILTER (WHERE standing = 'counted') AS first_need_date,
        -- the child's age group in a period is that of its first need counted there
        first(age_group ORDER BY period_date, need_id) FILTER (WHERE standing = 'counted') AS age_group,
        bool_or(is_unborn) FILTER (WHERE standing = 'counted') AS is_unborn,
        CASE
            WHEN bool_and(closed_date IS NOT NULL) FILTER (WHERE standing = 'counted')
                THEN max(closed_date) FILTER (WHERE standing = 'counted')
        END AS closed_date,
        bool_and(closed_date IS NULL AND last_activity_date < CAST(cut_date - to_months(12) AS DATE))
            FILTER (WHERE standing = 'counted') AS is_stale,
        list_sort(list(DISTINCT coalesce(category, 'none')) FILTER (WHERE standing = 'counted')) AS categories,
        list_sort(list(DISTINCT agency) FILTER (WHERE standing = 'counted')) AS agencies,
        flatten(list(row_ids)) AS row_ids
    FROM need_in_period
    GROUP BY child_id, period_type, period
),

service_in_period AS (
    SELECT
        c.child_id,
        c.period_type,
        c.period,
        bool_or(s.service_date >= c.first_need_date) AS is_served,
        bool_or(s.service_date < c.first_need_date) AS has_before_need,
        bool_and(s.service_date > c.closed_date) FILTER (WHERE s.service_date >= c.first_need_date) AS is_after_closing,
        flatten(list(s.row_ids)) AS row_ids
    FROM child_in_period AS c
    INNER JOIN core.service AS s
        ON s.child_id = c.child_id AND s.service_date BETWEEN c.start_date AND c.cut_date
    WHERE
        c.is_counted
        AND s.is_qualifying
        AND NOT (s.is_intake AND (SELECT value = 'beyond_intake' FROM measure_parameter WHERE name = 'services'))
    GROUP BY c.child_id, c.period_type, c.period
)

SELECT
    'child' AS unit_type,
    c.child_id AS unit_id,
    k.area_code,
    c.period_type,
    c.period,
    MAP {
        'sex': k.sex,
        'age_group': coalesce(c.age_group, 'unknown'),
        'category': coalesce(array_to_string(c.categories, '|'), 'none'),
        'agency': coalesce(array_to_string(c.agencies, '|'), 'none'),
        'link_basis': k.link_basis
    } AS breakdowns,
    CASE WHEN coalesce(s.is_served, FALSE) THEN 1 ELSE 0 END AS numerator,
    1 AS denominator,
    0 AS unknown,
    c.is_counted,
    nullif(
        concat_ws(
            '|',
            c.set_apart,
            CASE WHEN s.is_after_closing THEN 'after_closing' END,
            CASE WHEN s.has_before_need AND NOT s.is_served THEN 'before_need' END,
            CASE WHEN c.is_stale THEN 'stale_open' END,
            CASE WHEN c.is_unborn THEN 'unborn' END
        ),
        ''
    ) AS bucket,
    list_sort(list_distinct(list_concat(c.row_ids, coalesce(s.row_ids, [])))) AS row_ids
FROM child_in_period AS c
INNER JOIN core.child AS k ON k.child_id = c.child_id
LEFT JOIN service_in_period AS s
    ON s.child_id = c.child_id AND s.period_type = c.period_type AND s.period = c.period
