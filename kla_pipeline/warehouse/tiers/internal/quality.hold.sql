-- quality.hold as built
SELECT * FROM warehouse.quality.hold
