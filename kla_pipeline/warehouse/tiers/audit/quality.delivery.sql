-- quality.delivery without the original file name
SELECT * EXCLUDE (file_name) FROM warehouse.quality.delivery
