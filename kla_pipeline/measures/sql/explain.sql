-- one row per asked cell and unit behind it, those that add most first
SELECT c.* EXCLUDE (period_type)
FROM contribution_cell AS c
INNER JOIN asked_cell USING (measure_id, period, area_code, breakdown, breakdown_value)
ORDER BY
    c.measure_id, c.period, c.area_code, c.breakdown, c.breakdown_value,
    c.numerator DESC, c.denominator DESC, c.unit_type, c.unit_id
