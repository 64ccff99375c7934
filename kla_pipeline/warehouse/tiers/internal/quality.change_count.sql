-- quality.change_count as built: counts of cells, no cell
SELECT * FROM warehouse.quality.change_count
