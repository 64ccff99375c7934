-- measure_period: one row per period of the measure about to be computed
INSERT INTO measure_period
SELECT period_type, period, start_date, end_date, cut_date, is_running
FROM measure_scope
WHERE measure_id = ?
ORDER BY period_type, start_date
