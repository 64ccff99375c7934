-- meta.run as built
SELECT * FROM warehouse.meta.run
