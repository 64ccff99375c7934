-- quality.set_aside as built
SELECT * FROM warehouse.quality.set_aside
