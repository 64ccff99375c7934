-- one row per report of an older export, event it was matched to and figure; a figure one export lacks is a difference
WITH figure AS (
    SELECT *
    FROM core.disaster_observation
    UNPIVOT INCLUDE NULLS (
        amount FOR item IN (deaths, missing, injured, affected_displaced, houses_damaged, houses_flooded)
    )
)

SELECT
    -- day, area and kind, and the place among several reports of one day; the ids stand in row_ids
    concat_ws(
        '/', strftime(a.event_date, '%Y-%m-%d'), a.district_code, lower(a.hazard_family),
        CASE WHEN a.match_rule = 'same_day_several' THEN CAST(a.pair_no AS VARCHAR) END
    ) AS pair,
    a.district_code AS area_code,
    'day' AS period_type,
    a.event_date AS period_start,
    a.item,
    a.amount AS value_a,
    b.amount AS value_b,
    a.source AS source_a,
    b.source AS source_b,
    a.row_ids AS row_ids_a,
    b.row_ids AS row_ids_b
FROM figure AS a
INNER JOIN figure AS b ON b.record = 'disaster_event' AND b.event_id = a.event_id AND b.item = a.item
WHERE a.record = 'disaster_report'
