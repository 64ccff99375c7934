-- quality.held_coverage as built
SELECT * FROM warehouse.quality.held_coverage
