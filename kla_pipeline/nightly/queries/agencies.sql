-- one row per agency with deliveries or debts: files, rows, rows rejected against other deliveries, places elsewhere
WITH built AS (
    SELECT
        agency,
        CAST(sum(rejected_at_build) AS BIGINT) AS rejected_at_build,
        CAST(sum(current_rows) AS BIGINT) AS current_rows,
        CAST(sum(current_outside) AS BIGINT) AS current_outside,
        CAST(sum(current_unknown) AS BIGINT) AS current_unknown
    FROM quality.reconciliation
    WHERE stage = 'build'
    GROUP BY agency
)

SELECT
    a.agency,
    count(DISTINCT d.delivery_id) AS files,
    count(DISTINCT d.delivery_id) FILTER (d.verdict = 'refused') AS refused,
    CAST(coalesce(sum(d.rows_read), 0) AS BIGINT) AS rows_read,
    CAST(coalesce(sum(d.rows_accepted), 0) AS BIGINT) AS accepted,
    CAST(coalesce(sum(d.rows_rejected), 0) AS BIGINT) AS rejected,
    CAST(coalesce(sum(d.rows_set_aside), 0) AS BIGINT) AS set_aside,
    coalesce(any_value(b.rejected_at_build), 0) AS rejected_at_build,
    coalesce(any_value(b.current_rows), 0) AS current_rows,
    coalesce(any_value(b.current_outside), 0) AS current_outside,
    coalesce(any_value(b.current_unknown), 0) AS current_unknown
FROM (SELECT DISTINCT agency FROM meta.source_feed) AS a
LEFT JOIN quality.delivery AS d USING (agency)
LEFT JOIN built AS b USING (agency)
GROUP BY a.agency
ORDER BY a.agency
