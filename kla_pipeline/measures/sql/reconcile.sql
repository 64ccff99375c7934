-- one row per check of the marts against each other: its name and how many cells fail it
WITH total AS (
    SELECT m.*, r.jurisdiction
    FROM mart.measure AS m
    CROSS JOIN meta.release AS r
    WHERE m.breakdown = '' AND m.status <> 'not_reported'
),

unit_sum AS (
    SELECT measure_id, period_type, period, area_code, sum(numerator) AS n, sum(denominator) AS denominator
    FROM mart.contribution
    WHERE is_counted
    GROUP BY ALL
),

expected_total AS (
    SELECT
        t.measure_id, t.period_type, t.period, t.area_level, t.area_code, t.numerator, t.denominator,
        coalesce(sum(u.n), 0) AS n,
        coalesce(sum(u.denominator), 0) AS unit_denominator
    FROM total AS t
    LEFT JOIN unit_sum AS u
        ON u.measure_id = t.measure_id AND u.period_type = t.period_type AND u.period = t.period
        AND (t.area_code = t.jurisdiction OR u.area_code = t.area_code)
    GROUP BY ALL
),

part AS (
    SELECT
        measure_id, period_type, period,
        sum(numerator) FILTER (WHERE area_code = jurisdiction) AS city_n,
        sum(denominator) FILTER (WHERE area_code = jurisdiction) AS city_denominator,
        sum(numerator) FILTER (WHERE area_code <> jurisdiction) AS part_n,
        sum(denominator) FILTER (WHERE area_code <> jurisdiction) AS part_denominator
    FROM total
    -- a city's parts are its kecamatan, a province's the districts of the measures that are declared for both
    WHERE measure_id IN (
        SELECT measure_id FROM meta.measure
        WHERE list_contains(area_levels, CASE WHEN contains(jurisdiction, '.') THEN 'kecamatan' ELSE 'province' END)
    )
    GROUP BY ALL
),

broken_down AS (
    SELECT
        t.measure_id, t.period_type, t.period, m.breakdown, t.numerator, t.denominator,
        sum(m.numerator) AS n, sum(m.denominator) AS part_denominator
    FROM total AS t
    INNER JOIN mart.measure AS m
        ON m.measure_id = t.measure_id AND m.period_type = t.period_type AND m.period = t.period
        AND m.area_code = t.area_code AND m.breakdown NOT IN ('', 'bucket')
    INNER JOIN meta.measure AS d
        ON d.measure_id = t.measure_id AND NOT list_contains(d.multi_breakdowns, m.breakdown)
    WHERE t.area_code = t.jurisdiction
    GROUP BY ALL
),

-- the trail is written apart from the aggregation, so that each proves the other: no unit of a cell is missing in it, none
-- is in it twice, and it leads to no cell that is not published
trail AS (
    SELECT
        measure_id, period_type, period, area_code, breakdown, breakdown_value,
        sum(numerator) AS n, sum(denominator) AS denominator, sum(unknown) AS unknown_count
    FROM contribution_cell
    GROUP BY ALL
),

not_reported AS (
    SELECT measure_id, period_type, period FROM mart.measure WHERE status = 'not_reported' GROUP BY ALL
)

SELECT 'contributions_make_the_total' AS check_name, count(*) AS failures
FROM expected_total
WHERE abs(n - numerator) > 1e-6 OR abs(unit_denominator - coalesce(denominator, 0)) > 1e-6
UNION ALL
SELECT 'numerator_within_denominator' AS check_name, count(*) AS failures
FROM mart.measure AS m
INNER JOIN meta.measure AS d ON d.measure_id = m.measure_id AND d.kind IN ('share', 'existence')
WHERE m.breakdown <> 'bucket' AND m.flag IS DISTINCT FROM 'exceeds_denominator' AND m.numerator > m.denominator + 1e-6
UNION ALL
SELECT 'parts_make_the_city' AS check_name, count(*) AS failures
FROM part
WHERE abs(city_n - coalesce(part_n, 0)) > 1e-6 OR abs(city_denominator - coalesce(part_denominator, 0)) > 1e-6
UNION ALL
SELECT 'breakdown_makes_the_total' AS check_name, count(*) AS failures
FROM broken_down
WHERE abs(numerator - n) > 1e-6 OR abs(coalesce(denominator, 0) - coalesce(part_denominator, 0)) > 1e-6
UNION ALL
SELECT 'trail_makes_every_cell' AS check_name, count(*) AS failures
FROM mart.measure AS m
FULL JOIN trail AS t USING (measure_id, period_type, period, area_code, breakdown, breakdown_value)
LEFT JOIN not_reported AS x USING (measure_id, period_type, period)
WHERE
    x.measure_id IS NULL AND (
        m.status IS NULL
        OR abs(m.numerator - coalesce(t.n, 0)) > 1e-6
        OR abs(coalesce(m.denominator, 0) - coalesce(t.denominator, 0)) > 1e-6
        OR abs(m.unknown_count - coalesce(t.unknown_count, 0)) > 1e-6
    )
UNION ALL
SELECT 'unit_counted_once' AS check_name, count(*) AS failures
FROM (
    SELECT measure_id, period_type, period, unit_type, unit_id
    FROM mart.contribution
    WHERE is_counted
    GROUP BY ALL
    HAVING count(*) > 1
)
ORDER BY check_name
