-- quality.coverage as built
SELECT * FROM warehouse.quality.coverage
