-- quality.expected as built
SELECT * FROM warehouse.quality.expected
