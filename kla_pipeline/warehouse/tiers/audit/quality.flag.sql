-- quality.flag as built
SELECT * FROM warehouse.quality.flag
