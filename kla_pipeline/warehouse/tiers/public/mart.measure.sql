-- one row per measure and ended year of the jurisdiction, under disclosure control
SELECT m.*
FROM warehouse.mart.public_measure AS m
CROSS JOIN warehouse.meta.release AS r
WHERE CAST(m.period AS INTEGER) < year(r.as_of_date)
