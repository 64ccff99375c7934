-- core.disaster_event: one row per event report of the jurisdiction; rows of other districts stay in staged
SELECT
    event_id,
    event_at,
    CAST(event_at AS DATE) AS event_date,
    district_code,
    hazard_code,
    hazard_name,
    event_share,
    deaths,
    missing,
    injured,
    affected_displaced,
    -- the DIBI export has no column by age
    FALSE AS has_child_counts,
    houses_heavy,
    houses_moderate,
    houses_light,
    houses_flooded,
    schools_damaged,
    worship_damaged,
    health_damaged,
    offices_damaged,
    bridges_damaged,
    [row_id] AS row_ids
FROM staged.disaster_event_current
WHERE _scope = 'inside'
ORDER BY event_id
