-- one row per row in force whose cell stands in several tables of its delivery, with the same count or another
SELECT row_id
FROM staged.violence_aggregate_current
WINDOW cell AS (PARTITION BY delivery_id, agency, district, reference_year, sex, measure, dimension, category)
QUALIFY min(table_no) OVER cell < max(table_no) OVER cell
