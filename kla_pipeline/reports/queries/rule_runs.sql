-- one row per agency: rules that were meant to run over its tables, and those that did
SELECT
    agency,
    count(*) FILTER (is_intended) AS intended,
    count(*) FILTER (is_intended AND is_executed) AS executed
FROM audit.quality.rule_coverage
GROUP BY agency
ORDER BY agency
