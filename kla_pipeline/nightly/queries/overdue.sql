-- one row per feed with overdue deliveries: how often it is due, how many are missing and since which month
SELECT
    e.agency,
    e.record,
    any_value(f.cadence) AS cadence,
    count(*) AS deliveries,
    strftime(min(e.month), '%Y-%m') AS first_month
FROM quality.expected AS e
LEFT JOIN meta.source_feed AS f ON f.agency = e.agency AND f.record = e.record
WHERE e.is_overdue
GROUP BY e.agency, e.record
ORDER BY e.agency, e.record
