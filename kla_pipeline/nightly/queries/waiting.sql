-- one row per agency with rejected rows that still wait: how many, how many of them were sent, how many over 90 days
SELECT agency, unresolved, sent, days_over_90, strftime(oldest_on, '%Y-%m-%d') AS oldest_on
FROM quality.ageing
WHERE rule_id IS NULL
ORDER BY agency
