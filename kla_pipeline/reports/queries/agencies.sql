-- one row per agency that delivered or was expected to
WITH expecting AS (
    SELECT
        x.agency,
        count(*) FILTER (WHERE x.is_overdue) AS overdue,
        count(*) FILTER (WHERE x.is_overdue AND f.cadence = 'yearly') AS overdue_yearly
    FROM audit.quality.expected AS x
    LEFT JOIN audit.meta.source_feed AS f ON f.agency = x.agency AND f.record = x.record
    GROUP BY x.agency
),

delivering AS (
    SELECT
        agency,
        count(*) AS files,
        count(*) FILTER (WHERE verdict = 'accepted') AS accepted,
        count(*) FILTER (WHERE verdict = 'partly') AS partly,
        count(*) FILTER (WHERE verdict = 'refused') AS refused,
        coalesce(sum(rows_read), 0) AS rows_read,
        coalesce(sum(rows_accepted), 0) AS rows_accepted,
        coalesce(sum(rows_rejected), 0) AS rows_rejected,
        coalesce(sum(rows_set_aside), 0) AS rows_set_aside
    FROM audit.quality.delivery
    GROUP BY agency
),

built AS (
    SELECT
        agency,
        sum(current_rows) AS current_rows,
        sum(current_outside) AS current_outside,
        sum(current_unknown) AS current_unknown
    FROM audit.quality.reconciliation
    WHERE stage = 'build'
    GROUP BY agency
)

SELECT
    coalesce(d.agency, e.agency) AS agency,
    coalesce(d.files, 0) AS files,
    coalesce(d.accepted, 0) AS accepted,
    coalesce(d.partly, 0) AS partly,
    coalesce(d.refused, 0) AS refused,
    coalesce(d.rows_read, 0) AS rows_read,
    coalesce(d.rows_accepted, 0) AS rows_accepted,
    coalesce(d.rows_rejected, 0) AS rows_rejected,
    coalesce(d.rows_set_aside, 0) AS rows_set_aside,
    coalesce(d.rows_read - d.rows_accepted - d.rows_rejected - d.rows_set_aside, 0) AS difference,
    coalesce(e.overdue, 0) AS overdue,
    coalesce(e.overdue_yearly, 0) AS overdue_yearly,
    coalesce(b.current_rows, 0) AS current_rows,
    coalesce(b.current_outside, 0) AS current_outside,
    coalesce(b.current_unknown, 0) AS current_unknown
FROM delivering AS d
FULL JOIN expecting AS e ON e.agency = d.agency
LEFT JOIN built AS b ON b.agency = coalesce(d.agency, e.agency)
ORDER BY 1
