-- one row per row in force whose cell stands in several rows of its own table
SELECT row_id
FROM staged.violence_aggregate_current
QUALIFY count(*) OVER (
    PARTITION BY delivery_id, table_no, agency, district, reference_year, sex, measure, dimension, category
) > 1
