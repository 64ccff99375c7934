-- core.violence_aggregate: one row per cell of the jurisdiction's own districts, from the newest delivery that has it;
-- rows that repeat a cell within one table are added up, as the totals of the table do, and flagged as repeated_cell; of
-- several tables of one delivery that have it one counts, and the rows are flagged as cell_in_other_table
WITH cell_row AS (
    SELECT a.*, t.layout, t.last_month, d.delivery_label
    FROM staged.violence_aggregate_current AS a
    LEFT JOIN quality.delivery AS d ON d.delivery_id = a.delivery_id
    LEFT JOIN quality.delivery_table AS t ON t.delivery_id = a.delivery_id AND t.table_no = a.table_no
    WHERE a._scope = 'inside'
    -- row numbers are not the same in two exports, so it is the cell that a newer one replaces
    QUALIFY d.sort_no IS NOT DISTINCT FROM max(d.sort_no) OVER (
        PARTITION BY a.district, a.reference_year, a.sex, a.measure, a.dimension, a.category
    )
    -- a row of both sexes together beside one by sex has the same people once more
    AND (
        a.sex <> 'LP'
        OR NOT bool_or(a.sex <> 'LP') OVER (
            PARTITION BY a.district, a.reference_year, a.measure, a.dimension, a.category
        )
    )
),

-- of the tables of one delivery the later period counts, then the later table, as between the rows of one key
one_table AS (
    SELECT *
    FROM cell_row
    QUALIFY rank() OVER (
        PARTITION BY district, reference_year, sex, measure, dimension, category
        ORDER BY last_month DESC NULLS LAST, table_no DESC NULLS LAST
    ) = 1
)

SELECT
    district AS area_code,
    reference_year,
    sex,
    measure,
    dimension,
    category,
    sum(persons) AS persons,
    any_value(unit) AS unit,
    count(*) AS table_rows,
    string_agg(DISTINCT core.source_label(layout, delivery_label), ', ') AS source,
    list(row_id ORDER BY row_id) AS row_ids
FROM one_table
GROUP BY district, reference_year, sex, measure, dimension, category
ORDER BY district, reference_year, measure, dimension, sex, category
