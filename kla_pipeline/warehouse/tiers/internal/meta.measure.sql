-- meta.measure as built
SELECT * FROM warehouse.meta.measure
