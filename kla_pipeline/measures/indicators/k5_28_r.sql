-- one row per district, sex and year that an aggregate table speaks of: victims served of victims reported, all ages
WITH cell AS (
    SELECT
        area_code,
        reference_year,
        sex,
        sum(persons) FILTER (measure = 'victims' AND dimension = 'age') AS reported,
        sum(persons) FILTER (measure = 'served' AND dimension = 'none') AS served,
        list_sort(flatten(list(row_ids))) AS row_ids
    FROM core.violence_aggregate
    WHERE (measure = 'victims' AND dimension = 'age') OR (measure = 'served' AND dimension = 'none')
    GROUP BY area_code, reference_year, sex
),

-- whether a table has a district is judged by district and year: a sex that stands under a wrong label in one table
-- must not take the district's other figures out of the province
district AS (
    SELECT area_code, reference_year, count(reported) > 0 AS is_reported, count(served) > 0 AS is_served
    FROM cell
    GROUP BY area_code, reference_year
)

SELECT
    'district' AS unit_type,
    concat_ws('/', c.area_code, c.reference_year, c.sex) AS unit_id,
    c.area_code,
    p.period_type,
    p.period,
    MAP {'sex': c.sex} AS breakdowns,
    coalesce(c.served, 0) AS numerator,
    coalesce(c.reported, 0) AS denominator,
    0 AS unknown,
    d.is_reported AND d.is_served AS is_counted,
    CASE WHEN NOT d.is_reported THEN 'not_in_reported' WHEN NOT d.is_served THEN 'not_in_served' END AS bucket,
    c.row_ids
FROM cell AS c
INNER JOIN district AS d ON d.area_code = c.area_code AND d.reference_year = c.reference_year
INNER JOIN measure_period AS p ON year(p.start_date) = c.reference_year
