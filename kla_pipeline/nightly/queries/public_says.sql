-- one row: how many cells of the four indicators an edition cut from this warehouse would show or hide
SELECT count(*)
FROM mart.public_measure AS m
CROSS JOIN meta.release AS r
WHERE m.measure_id LIKE 'K5-%' AND m.status IN ('value', 'zero_reported', 'suppressed')
  AND CAST(m.period AS INTEGER) < year(r.as_of_date)
