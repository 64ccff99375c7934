-- meta.code as built
SELECT * FROM warehouse.meta.code
