-- one row per indicator: its cell for the last ended year of the jurisdiction; an internal companion, whose tables come
-- years later, for its latest ended year with data
WITH ended AS (
    SELECT
        m.measure_id,
        CAST(year(any_value(r.as_of_date)) - 1 AS VARCHAR) AS last_year,
        max(m.period) FILTER (m.status <> 'not_reported') AS latest_reported
    FROM mart.measure AS m
    CROSS JOIN meta.release AS r
    WHERE m.area_code = r.jurisdiction
      AND m.breakdown = ''
      AND m.period_type = 'year'
      AND CAST(m.period AS INTEGER) < year(r.as_of_date)
      AND m.measure_id LIKE 'K5-%'
    GROUP BY m.measure_id
)

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
INNER JOIN ended AS e USING (measure_id)
CROSS JOIN meta.release AS r
WHERE m.area_code = r.jurisdiction
  AND m.breakdown = ''
  AND m.period_type = 'year'
  AND m.period = CASE
      WHEN d.disclosure_class = 'internal' THEN coalesce(e.latest_reported, e.last_year) ELSE e.last_year
  END
ORDER BY m.measure_id
