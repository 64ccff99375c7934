-- one row per yearly total of a part (kecamatan, or district of a province), of the rows outside the city and of those with an unknown place
SELECT c.*, d.kind, d.unit_id, d.unit_en, a.area_name
FROM release.mart.measure AS c
INNER JOIN release.meta.measure AS d ON d.measure_id = c.measure_id
LEFT JOIN release.meta.area AS a ON a.area_code = c.area_code
WHERE c.area_code <> (SELECT jurisdiction FROM release.meta.release)
  AND c.period_type = 'year'
  AND c.breakdown = ''
ORDER BY c.measure_id, c.period, c.area_code IN ('outside', 'unknown'), c.area_code
