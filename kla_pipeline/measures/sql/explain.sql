-- one row per unit behind a cell, counted ones first; the parameters are measure, area (the jurisdiction = all), period, limit
SELECT
    c.unit_type, c.unit_id, c.area_code, c.period_type, c.period, c.breakdowns, c.numerator, c.denominator, c.unknown,
    c.is_counted, c.bucket, c.row_ids
FROM mart.contribution AS c
CROSS JOIN meta.release AS r
WHERE c.measure_id = $measure_id AND c.period = $period AND ($area_code = r.jurisdiction OR c.area_code = $area_code)
ORDER BY c.is_counted DESC, c.numerator DESC, c.unit_type, c.unit_id, c.bucket
LIMIT $row_limit
