-- one row per feed with overdue deliveries: how many and since which month
SELECT agency, record, count(*) AS deliveries, strftime(min(month), '%Y-%m') AS first_month
FROM quality.expected
WHERE is_overdue
GROUP BY agency, record
ORDER BY agency, record
