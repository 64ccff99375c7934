-- one row per total whose denominator is zero while its numerator is not
SELECT measure_id, area_code, period_type, period, numerator
FROM mart.measure
WHERE breakdown = '' AND status = 'not_applicable' AND numerator > 0
ORDER BY measure_id, period_type, period, area_code
