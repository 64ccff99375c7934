-- one row per agency, record and month that was delivered or expected, in the years in which anything was expected; where
-- nothing was, in the last ten years covered. Earlier years are told by earlier_coverage.sql
WITH delivered AS (
    -- several deliveries may cover a month: nil only if all of them say so
    SELECT agency, record, month, bool_and(is_nil) AS is_nil
    FROM audit.quality.coverage
    GROUP BY agency, record, month
),

joined AS (
    SELECT
        coalesce(d.agency, e.agency) AS agency,
        coalesce(d.record, e.record) AS record,
        coalesce(d.month, e.month) AS month,
        CASE
            WHEN d.agency IS NOT NULL AND d.is_nil THEN 'nil'
            WHEN d.agency IS NOT NULL AND e.is_on_time IS NOT DISTINCT FROM FALSE THEN 'late'
            WHEN d.agency IS NOT NULL THEN 'delivered'
            WHEN e.is_overdue THEN 'overdue'
            ELSE 'awaited'
        END AS state,
        e.due_date
    FROM delivered AS d
    FULL JOIN audit.quality.expected AS e ON e.agency = d.agency AND e.record = d.record AND e.month = d.month
),

first_year AS (
    SELECT coalesce(
        (SELECT min(year(month)) FROM audit.quality.expected),
        (SELECT greatest(min(year(month)), max(year(month)) - 9) FROM audit.quality.coverage)
    ) AS value
)

SELECT
    j.agency,
    j.record,
    j.month,
    year(j.month) AS year,
    month(j.month) AS month_no,
    j.state,
    j.due_date,
    coalesce(f.cadence, 'monthly') AS cadence
FROM joined AS j
LEFT JOIN audit.meta.source_feed AS f ON f.agency = j.agency AND f.record = j.record
WHERE j.month IS NOT NULL AND year(j.month) >= (SELECT value FROM first_year)
ORDER BY j.agency, j.record, j.month
