-- mart.measure as built: exact counts, for the task force
SELECT * FROM warehouse.mart.measure
