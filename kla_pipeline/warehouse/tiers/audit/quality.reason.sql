-- quality.reason as built
SELECT * FROM warehouse.quality.reason
