-- one row per delivered row of a case that still runs: its rows are held until every child's proceedings are closed
WITH entry AS (
    SELECT
        register_no,
        outcome,
        closed_date,
        failed_date
    FROM staged.juvenile_case_current
    UNION ALL
    -- a child of whom nothing was accepted so far: what was delivered is all that is known
    SELECT
        d.register_no,
        d.outcome,
        d.closed_date,
        d.failed_date
    FROM delivered_juvenile_case AS d
    ANTI JOIN staged.juvenile_case_current AS c ON c.register_no = d.register_no AND c.child_no = d.child_no
),

running AS (
    SELECT DISTINCT e.register_no
    FROM entry AS e
    LEFT JOIN meta.code AS o ON o.list = 'case_outcome' AND o.code = e.outcome
    -- closed: a final outcome (or an unknown one) with its date, and no agreement that failed since
    WHERE
        NOT coalesce(CAST(o.attrs ->> 'final' AS BOOLEAN) OR o.code = 'UNKNOWN', FALSE)
        OR e.closed_date IS NULL
        OR e.failed_date >= e.closed_date
)

SELECT d.row_id
FROM delivered_juvenile_case AS d
INNER JOIN running AS r ON r.register_no = d.register_no
