-- one row per asked row and cell that it stands behind: as a row, or with its whole delivery (is_whole_file)
WITH behind AS (
    SELECT measure_id, period, area_code, breakdown, breakdown_value, unit_type, unit_id, numerator, denominator,
        unnest(row_ids) AS source_id
    FROM contribution_cell
)

SELECT
    a.row_id,
    m.measure_id, m.period_type, m.period, m.area_level, m.area_code, m.breakdown, m.breakdown_value,
    m.numerator, m.denominator, m.value, m.unit, m.status,
    bool_and(b.source_id <> a.row_id) AS is_whole_file,
    count(*) AS units,
    sum(b.numerator) AS unit_numerator,
    sum(b.denominator) AS unit_denominator
FROM asked_row AS a
INNER JOIN behind AS b ON b.source_id IN (a.row_id, split_part(a.row_id, '/', 1))
INNER JOIN mart.measure AS m
    ON m.measure_id = b.measure_id AND m.period = b.period AND m.area_code = b.area_code
    AND m.breakdown = b.breakdown AND m.breakdown_value = b.breakdown_value
GROUP BY ALL
ORDER BY a.row_id, m.measure_id, m.period_type DESC, m.period, m.breakdown, m.breakdown_value, m.area_code
