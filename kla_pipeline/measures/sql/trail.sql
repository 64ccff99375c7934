-- contribution_cell: one row per unit and cell it belongs to, set-apart units in their bucket only. It is what explaining
-- and tracing look at, and every build proves that it adds up to mart.measure (reconcile.sql). Reads mart and meta only.
CREATE OR REPLACE TEMP VIEW contribution_cell AS
WITH unit AS (
    SELECT
        c.*,
        r.jurisdiction,
        d.breakdowns AS declared_breakdowns,
        -- a measure has parts where it declares both levels (declared.sql)
        list_contains(
            d.area_levels, CASE WHEN contains(r.jurisdiction, '.') THEN 'kecamatan' ELSE 'province' END
        ) AS has_parts
    FROM mart.contribution AS c
    INNER JOIN meta.measure AS d ON d.measure_id = c.measure_id
    CROSS JOIN meta.release AS r
),

placed AS (
    SELECT *, jurisdiction AS cell_area, '' AS breakdown, '' AS breakdown_value FROM unit WHERE is_counted
    UNION ALL
    SELECT *, area_code AS cell_area, '' AS breakdown, '' AS breakdown_value
    FROM unit
    WHERE is_counted AND has_parts AND area_code <> jurisdiction
    UNION ALL
    SELECT
        * EXCLUDE (breakdown),
        breakdown,
        unnest(string_split(coalesce(breakdowns[breakdown], 'unknown'), '|')) AS breakdown_value
    FROM (SELECT *, jurisdiction AS cell_area, unnest(declared_breakdowns) AS breakdown FROM unit WHERE is_counted)
    UNION ALL
    SELECT
        *, jurisdiction AS cell_area, 'bucket' AS breakdown, unnest(string_split(bucket, '|')) AS breakdown_value
    FROM unit
    WHERE bucket IS NOT NULL
)

SELECT
    measure_id,
    period_type,
    period,
    cell_area AS area_code,
    breakdown,
    breakdown_value,
    unit_type,
    unit_id,
    area_code AS unit_area,
    breakdowns,
    numerator,
    denominator,
    unknown,
    is_counted,
    bucket,
    row_ids
FROM placed
