-- quality.delivery_table as built
SELECT * FROM warehouse.quality.delivery_table
