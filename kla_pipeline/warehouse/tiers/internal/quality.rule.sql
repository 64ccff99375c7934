-- quality.rule as built
SELECT * FROM warehouse.quality.rule
