-- one row per agency and record that covers years before the calendar begins: the first and the last of them
WITH first_year AS (
    SELECT coalesce(
        (SELECT min(year(month)) FROM audit.quality.expected),
        (SELECT greatest(min(year(month)), max(year(month)) - 9) FROM audit.quality.coverage)
    ) AS value
)

SELECT agency, record, min(year(month)) AS first_year, max(year(month)) AS last_year
FROM audit.quality.coverage
WHERE year(month) < (SELECT value FROM first_year)
GROUP BY agency, record
ORDER BY agency, record
