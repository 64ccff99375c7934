-- meta.area as built
SELECT * FROM warehouse.meta.area
