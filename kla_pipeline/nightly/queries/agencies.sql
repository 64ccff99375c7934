-- one row per agency with deliveries or debts: files, rows and how many deliveries are overdue
SELECT
    a.agency,
    count(DISTINCT d.delivery_id) AS files,
    count(DISTINCT d.delivery_id) FILTER (d.verdict = 'refused') AS refused,
    CAST(coalesce(sum(d.rows_read), 0) AS BIGINT) AS rows_read,
    CAST(coalesce(sum(d.rows_accepted), 0) AS BIGINT) AS accepted,
    CAST(coalesce(sum(d.rows_rejected), 0) AS BIGINT) AS rejected,
    CAST(coalesce(sum(d.rows_set_aside), 0) AS BIGINT) AS set_aside
FROM (SELECT DISTINCT agency FROM meta.source_feed) AS a
LEFT JOIN quality.delivery AS d USING (agency)
GROUP BY a.agency
ORDER BY a.agency
