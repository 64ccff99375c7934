-- meta.release as built
SELECT * FROM warehouse.meta.release
