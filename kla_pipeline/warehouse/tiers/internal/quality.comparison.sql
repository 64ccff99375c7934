-- quality.comparison as built
SELECT * FROM warehouse.quality.comparison
