-- one row per indicator: its cell for the last ended year of the jurisdiction
SELECT
    m.measure_id,
    d.name_id,
    d.name_en,
    m.period,
    m.numerator,
    m.denominator,
    m.value,
    m.unit,
    d.kind,
    m.status,
    m.coverage_note
FROM mart.measure AS m
INNER JOIN meta.measure AS d USING (measure_id)
CROSS JOIN meta.release AS r
WHERE m.area_code = r.jurisdiction
  AND m.breakdown = ''
  AND m.period_type = 'year'
  AND m.period = CAST(year(r.as_of_date) - 1 AS VARCHAR)
  AND m.measure_id LIKE 'K5-%'
ORDER BY m.measure_id
