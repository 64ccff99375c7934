-- meta.layout as built
SELECT * FROM warehouse.meta.layout
