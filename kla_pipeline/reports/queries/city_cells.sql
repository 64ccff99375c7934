-- one row per cell of the jurisdiction's own level: totals, buckets and other breakdowns of every period
SELECT c.*, d.kind, d.unit_id, d.unit_en
FROM release.mart.measure AS c
INNER JOIN release.meta.measure AS d ON d.measure_id = c.measure_id
WHERE c.area_code = (SELECT jurisdiction FROM release.meta.release)
ORDER BY c.measure_id, c.period_type, c.period, c.breakdown, c.breakdown_value
