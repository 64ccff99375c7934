-- core.disaster_observation: one row per report of the jurisdiction, of exports with event ids and of older ones alike.
-- Matching: same district, same day, same hazard family; several on one day are paired by their place among each other.
WITH hazard_number AS (
    SELECT attrs ->> 'family' AS family, unnest(CAST(attrs -> 'numbers' AS VARCHAR[])) AS number
    FROM meta.code
    WHERE list = 'hazard'
),

report AS (
    SELECT
        e.agency, 'disaster_event' AS record, '' AS generation, e.row_id, e.delivery_id, e.table_no, e.event_id,
        CAST(e.event_at AS DATE) AS event_date,
        e.district_code,
        -- a number that the list does not know is a family of its own: it meets nothing rather than the wrong event
        coalesce(h.family, e.hazard_code) AS hazard_family,
        e.deaths, e.missing, e.injured, e.affected_displaced,
        -- null only where the export has none of the classes
        CASE
            WHEN coalesce(e.houses_heavy, e.houses_moderate, e.houses_light) IS NOT NULL
                THEN coalesce(e.houses_heavy, 0) + coalesce(e.houses_moderate, 0) + coalesce(e.houses_light, 0)
        END AS houses_damaged,
        e.houses_flooded
    FROM staged.disaster_event_current AS e
    LEFT JOIN hazard_number AS h ON h.number = e.hazard_code
    WHERE e._scope = 'inside'
    UNION ALL BY NAME
    SELECT
        r.agency, 'disaster_report' AS record, r.generation, r.row_id, r.delivery_id, r.table_no, NULL AS event_id,
        r.event_date,
        r.district AS district_code,
        c.attrs ->> 'family' AS hazard_family,
        r.deaths, r.missing, r.injured,
        coalesce(r.affected_displaced, r.affected + r.displaced) AS affected_displaced,
        -- the same rule for an export that gives classes only
        CASE
            WHEN r.houses_damaged IS NOT NULL THEN r.houses_damaged
            WHEN coalesce(r.houses_heavy, r.houses_moderate, r.houses_light) IS NOT NULL
                THEN coalesce(r.houses_heavy, 0) + coalesce(r.houses_moderate, 0) + coalesce(r.houses_light, 0)
        END AS houses_damaged,
        r.houses_flooded
    FROM staged.disaster_report_current AS r
    INNER JOIN meta.code AS c ON c.list = 'hazard' AND c.code = r.hazard
    WHERE r._scope = 'inside'
),

placed AS (
    SELECT
        r.*,
        coalesce(t.layout, 'unknown') AS layout,
        coalesce(l.precedence, 0) AS precedence,
        core.source_label(t.layout, d.delivery_label) AS source,
        row_number() OVER same_day AS pair_no,
        count(*) OVER (
            PARTITION BY r.record, r.generation, r.district_code, r.event_date, r.hazard_family
        ) AS reports_that_day
    FROM report AS r
    LEFT JOIN quality.delivery AS d ON d.delivery_id = r.delivery_id
    LEFT JOIN quality.delivery_table AS t ON t.delivery_id = r.delivery_id AND t.table_no = r.table_no
    LEFT JOIN meta.layout AS l ON l.layout = t.layout
    WINDOW same_day AS (
        PARTITION BY r.record, r.generation, r.district_code, r.event_date, r.hazard_family
        ORDER BY r.houses_flooded DESC NULLS LAST, r.houses_damaged DESC NULLS LAST, r.deaths DESC NULLS LAST, r.row_id
    )
),

-- several exports with event ids share their ids, so one of them in force stands for each event
event AS (
    SELECT * FROM placed WHERE record = 'disaster_event'
)

SELECT
    p.record || '/' || p.row_id AS observation_id,
    p.agency,
    p.record,
    p.source,
    p.precedence,
    p.event_date,
    p.district_code,
    p.hazard_family,
    p.pair_no,
    coalesce(p.event_id, e.event_id) AS event_id,
    CASE
        WHEN p.event_id IS NOT NULL THEN 'own'
        WHEN e.event_id IS NULL THEN 'none'
        WHEN p.reports_that_day > 1 OR e.reports_that_day > 1 THEN 'same_day_several'
        ELSE 'same_day'
    END AS match_rule,
    row_number() OVER (
        PARTITION BY p.district_code, p.event_date, p.hazard_family, p.pair_no
        ORDER BY p.precedence, p.layout, p.row_id
    ) = 1 AS is_deciding,
    p.deaths,
    p.missing,
    p.injured,
    p.affected_displaced,
    p.houses_damaged,
    p.houses_flooded,
    [p.row_id] AS row_ids
FROM placed AS p
LEFT JOIN event AS e
    ON p.record = 'disaster_report'
    AND e.district_code = p.district_code AND e.event_date = p.event_date
    AND e.hazard_family = p.hazard_family AND e.pair_no = p.pair_no
ORDER BY observation_id
