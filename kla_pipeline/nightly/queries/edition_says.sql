-- one row: how many cells of the four indicators a public edition shows or hides; 0 = it says nothing about any child
SELECT count(*)
FROM mart.measure
WHERE measure_id LIKE 'K5-%' AND status IN ('value', 'zero_reported', 'suppressed')
