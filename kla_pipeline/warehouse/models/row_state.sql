-- row_state: one row per accepted row of one record type: whether it is in force. Deliveries replace each other by
-- sort_no; a key that is present but rejected in a newer delivery keeps its last accepted version (held by reject). A row
-- that a decision took out stands as if it were not in its file.
CREATE OR REPLACE TEMP TABLE row_state AS
WITH held AS (
    SELECT DISTINCT delivery_id FROM quality.hold WHERE record = $record
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
            PARTITION BY a.delivery_id, a._key ORDER BY a.last_month DESC NULLS LAST, a.table_no DESC, a._row DESC
        ) > 1 AS is_earlier_sheet
    FROM incoming_accepted AS a
    LEFT JOIN held AS h USING (delivery_id)
),
-- which scopes each snapshot speaks for: those of its rows; without scope columns the whole agency, also when it is nil
spoken AS (
    SELECT agency, _snapshot_scope, sort_no, delivery_id FROM incoming_accepted WHERE mode = 'snapshot'
    UNION ALL
    SELECT agency, _snapshot_scope, sort_no, delivery_id FROM incoming_quarantined WHERE mode = 'snapshot'
    UNION ALL
    SELECT agency, _snapshot_scope, sort_no, delivery_id FROM incoming_withdrawn WHERE mode = 'snapshot'
    UNION ALL
    SELECT agency, '', sort_no, delivery_id FROM quality.delivery_table WHERE mode = 'snapshot' AND record = $record
),
snapshot AS (
    SELECT DISTINCT agency, _snapshot_scope, sort_no FROM spoken WHERE delivery_id NOT IN (SELECT delivery_id FROM held)
),
rejected_key AS (
    SELECT DISTINCT agency, _key, sort_no
    FROM incoming_rejected
    WHERE delivery_id NOT IN (SELECT delivery_id FROM held)
),
newest AS (
    SELECT agency, _key, max(sort_no) AS newest_no FROM accepted WHERE NOT is_held GROUP BY ALL
),
-- of the snapshots after a row's delivery: how many speak for its scope, and in how many of them its key is (rejected)
later AS (
    SELECT a.row_id, count(DISTINCT s.sort_no) AS snapshots, count(DISTINCT r.sort_no) AS present
    FROM accepted AS a
    INNER JOIN newest AS n ON n.agency = a.agency AND n._key = a._key AND n.newest_no = a.sort_no
    INNER JOIN snapshot AS s
        ON s.agency = a.agency AND s._snapshot_scope = a._snapshot_scope AND s.sort_no > a.sort_no
    LEFT JOIN rejected_key AS r ON r.agency = a.agency AND r._key = a._key AND r.sort_no = s.sort_no
    WHERE NOT a.is_held
    GROUP BY a.row_id
),
last_rejected AS (
    SELECT agency, _key, max(sort_no) AS rejected_no FROM rejected_key GROUP BY ALL
),
state AS (
    SELECT
        a.row_id,
        a.agency,
        a._key,
        a.sort_no,
        CASE
            WHEN a.is_held THEN 'held'
            WHEN a.sort_no < n.newest_no OR a.is_earlier_sheet THEN 'superseded'
            -- one snapshot without the key withdraws it; a later rejected row does not bring the old version back
            WHEN l.snapshots > l.present THEN 'withdrawn'
            ELSE 'current'
        END AS _state
    FROM accepted AS a
    LEFT JOIN newest AS n USING (agency, _key)
    LEFT JOIN later AS l USING (row_id)
)
SELECT
    s.row_id,
    s._state,
    if(s._state = 'withdrawn', 'snapshot', NULL) AS _state_basis,
    s._state = 'current' AND coalesce(r.rejected_no > s.sort_no, FALSE) AS _held_by_reject
FROM state AS s
LEFT JOIN last_rejected AS r USING (agency, _key)
UNION ALL
SELECT row_id, 'withdrawn', 'decision', FALSE FROM incoming_withdrawn;
