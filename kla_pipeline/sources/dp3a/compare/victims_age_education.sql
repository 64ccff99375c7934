-- one row per district and year that both tables have: totals over sex and category
WITH total AS (
    SELECT
        area_code,
        reference_year,
        measure,
        dimension,
        sum(persons) AS persons,
        string_agg(DISTINCT source, ', ' ORDER BY source) AS source,
        flatten(list(row_ids ORDER BY row_ids)) AS row_ids
    FROM core.violence_aggregate
    GROUP BY ALL
)

SELECT
    a.area_code || '/' || a.reference_year AS pair,
    a.area_code,
    'year' AS period_type,
    make_date(a.reference_year, 1, 1) AS period_start,
    'victims' AS item,
    a.persons AS value_a,
    b.persons AS value_b,
    a.source AS source_a,
    b.source AS source_b,
    a.row_ids AS row_ids_a,
    b.row_ids AS row_ids_b
FROM total AS a
INNER JOIN total AS b
    ON b.area_code = a.area_code AND b.reference_year = a.reference_year AND b.measure = 'victims' AND b.dimension = 'education'
WHERE a.measure = 'victims' AND a.dimension = 'age'
