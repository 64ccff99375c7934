-- quality.check_result as built
SELECT * FROM warehouse.quality.check_result
