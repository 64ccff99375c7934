-- mart.period: one row per year, quarter and month from the first covered or expected year to the as-of date
INSERT INTO mart.period
WITH bound AS (
    SELECT
        r.as_of_date,
        coalesce(
            least((SELECT min(month) FROM quality.coverage), (SELECT min(month) FROM quality.expected)), r.as_of_date
        ) AS first_date
    FROM meta.release AS r
),

year_start AS (
    SELECT make_date(CAST(y AS INTEGER), 1, 1) AS start_date
    FROM bound, unnest(range(year(bound.first_date), year(bound.as_of_date) + 1)) AS t(y)
),

candidate AS (
    SELECT 'year' AS period_type, strftime(start_date, '%Y') AS period, start_date, 12 AS months FROM year_start
    UNION ALL
    SELECT
        'quarter' AS period_type,
        strftime(start_date, '%Y') || '-Q' || q AS period,
        CAST(start_date + to_months(CAST(3 * q - 3 AS INTEGER)) AS DATE) AS start_date,
        3 AS months
    FROM year_start, unnest(range(1, 5)) AS t(q)
    UNION ALL
    SELECT
        'month' AS period_type,
        strftime(start_date + to_months(CAST(m - 1 AS INTEGER)), '%Y-%m') AS period,
        CAST(start_date + to_months(CAST(m - 1 AS INTEGER)) AS DATE) AS start_date,
        1 AS months
    FROM year_start, unnest(range(1, 13)) AS t(m)
),

dated AS (
    SELECT *, CAST(start_date + to_months(months) AS DATE) - 1 AS end_date FROM candidate
)

SELECT d.period_type, d.period, d.start_date, d.end_date, d.end_date >= b.as_of_date AS is_running
FROM dated AS d
CROSS JOIN bound AS b
WHERE d.start_date <= b.as_of_date
ORDER BY d.period_type, d.start_date
