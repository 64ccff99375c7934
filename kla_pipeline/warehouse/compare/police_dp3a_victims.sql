-- two rows per month that both registers were delivered for: child victims of each, and how many of the police's DP3A has
WITH month AS (
    SELECT DISTINCT p.month
    FROM quality.coverage AS p
    INNER JOIN quality.coverage AS d ON d.month = p.month AND d.agency = 'dp3a' AND d.record = 'violence_victim'
    WHERE p.agency = 'polres' AND p.record = 'juvenile_case'
),

police AS (
    SELECT
        date_trunc('month', coalesce(incident_date, lp_date)) AS month, child_id, flatten(list(row_ids)) AS row_ids
    FROM core.juvenile_case
    WHERE role = 'victim' AND place_scope = 'city' AND coalesce(age_years < 18, TRUE)
    GROUP BY ALL
),

register AS (
    SELECT date_trunc('month', period_date) AS month, child_id, flatten(list(row_ids)) AS row_ids
    FROM core.need
    WHERE agency = 'dp3a' AND record = 'violence_victim' AND NOT is_cancelled AND coalesce(age_years < 18, TRUE)
    GROUP BY ALL
),

-- known at any time, not only in the same month: reports to the two reach them weeks apart
registered AS (
    SELECT child_id, flatten(list(row_ids)) AS row_ids FROM register GROUP BY child_id
),

police_month AS (
    SELECT
        p.month,
        count(*) AS victims,
        count(r.child_id) AS known,
        list_sort(list_distinct(flatten(list(p.row_ids)))) AS row_ids,
        list_sort(list_distinct(flatten(list(coalesce(r.row_ids, []))))) AS known_rows
    FROM police AS p
    LEFT JOIN registered AS r ON r.child_id = p.child_id
    GROUP BY p.month
),

register_month AS (
    SELECT month, count(*) AS victims, list_sort(list_distinct(flatten(list(row_ids)))) AS row_ids
    FROM register
    GROUP BY month
),

counted AS (
    SELECT
        m.month,
        coalesce(p.victims, 0) AS police_victims,
        coalesce(p.known, 0) AS police_known,
        coalesce(r.victims, 0) AS register_victims,
        coalesce(p.row_ids, []) AS police_rows,
        coalesce(p.known_rows, []) AS known_rows,
        coalesce(r.row_ids, []) AS register_rows
    FROM month AS m
    LEFT JOIN police_month AS p ON p.month = m.month
    LEFT JOIN register_month AS r ON r.month = m.month
)

SELECT
    strftime(c.month, '%Y-%m') AS pair,
    m.jurisdiction AS area_code,
    'month' AS period_type,
    c.month AS period_start,
    i.item,
    c.police_victims AS value_a,
    CASE i.item WHEN 'child_victims' THEN c.register_victims ELSE c.police_known END AS value_b,
    'polres juvenile_case' AS source_a,
    'dp3a violence_victim' AS source_b,
    c.police_rows AS row_ids_a,
    CASE i.item WHEN 'child_victims' THEN c.register_rows ELSE c.known_rows END AS row_ids_b
FROM counted AS c
CROSS JOIN (SELECT unnest(['child_victims', 'police_victims_known_to_dp3a']) AS item) AS i
CROSS JOIN meta.release AS m
