-- row_state: one row per accepted row of one record type: whether it is in force. Deliveries replace each other by
-- sort_no; a key that is present but rejected in a newer delivery keeps its last accepted version (held by reject).
CREATE OR REPLACE TEMP TABLE row_state AS
WITH held AS (
    SELECT delivery_id, agency FROM quality.hold WHERE record = $record
),
accepted AS (
    SELECT
        a.row_id,
        a.agency,
        a.sort_no,
        a._key,
        a._snapshot_scope,
        h.delivery_id IS NOT NULL AS is_held,
        -- a file may hold a sheet per month: within it the later period wins, as between files
        row_number() OVER (
            PARTITION BY a.delivery_id, a._key ORDER BY a.last_month DESC NULLS LAST, a.table_no DESC
        ) > 1 AS is_earlier_sheet
    FROM incoming_accepted AS a
    LEFT JOIN held AS h USING (delivery_id)
),
-- which scopes each snapshot speaks for: those of its rows; without scope columns the whole agency, also when it is nil
spoken AS (
    SELECT agency, _snapshot_scope, sort_no, delivery_id FROM incoming_accepted WHERE mode = 'snapshot'
    UNION ALL
    SELECT agency, _snapshot_scope, sort_no, delivery_id FROM incoming_rejected WHERE mode = 'snapshot'
    UNION ALL
    SELECT agency, '', sort_no, delivery_id FROM quality.delivery_table WHERE mode = 'snapshot' AND record = $record
),
last_snapshot AS (
    SELECT agency, _snapshot_scope, max(sort_no) AS snapshot_no
    FROM spoken
    WHERE delivery_id NOT IN (SELECT delivery_id FROM held)
    GROUP BY ALL
),
last_rejected AS (
    SELECT agency, _key, max(sort_no) AS rejected_no
    FROM incoming_rejected
    WHERE delivery_id NOT IN (SELECT delivery_id FROM held)
    GROUP BY ALL
),
newest AS (
    SELECT agency, _key, max(sort_no) AS newest_no FROM accepted WHERE NOT is_held GROUP BY ALL
)
SELECT
    a.row_id,
    CASE
        WHEN a.is_held THEN 'held'
        WHEN a.sort_no < n.newest_no OR a.is_earlier_sheet THEN 'superseded'
        WHEN a.sort_no < s.snapshot_no AND coalesce(r.rejected_no, 0) < s.snapshot_no THEN 'withdrawn'
        ELSE 'current'
    END AS _state,
    coalesce(
        NOT a.is_held AND a.sort_no = n.newest_no AND NOT a.is_earlier_sheet AND r.rejected_no > a.sort_no, FALSE
    ) AS _held_by_reject
FROM accepted AS a
LEFT JOIN newest AS n USING (agency, _key)
LEFT JOIN last_snapshot AS s USING (agency, _snapshot_scope)
LEFT JOIN last_rejected AS r USING (agency, _key);
