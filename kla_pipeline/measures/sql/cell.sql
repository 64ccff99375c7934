-- one row per asked cell that the marts hold
SELECT m.*, p.start_date, p.end_date
FROM mart.measure AS m
INNER JOIN asked_cell USING (measure_id, period, area_code, breakdown, breakdown_value)
INNER JOIN mart.period AS p ON p.period_type = m.period_type AND p.period = m.period
ORDER BY m.measure_id, m.period, m.area_code, m.breakdown, m.breakdown_value
