-- row_state: one row per accepted row of one record type: whether it is in force. Deliveries replace each other by
-- sort_no; a key that is present but rejected in a newer delivery keeps its last accepted version (held by reject).
CREATE OR REPLACE TEMP TABLE row_state AS
WITH held AS (
    SELECT delivery_id, agency FROM quality.hold WHERE record = $record
),
-- staging judges each table alone; a key on two sheets of one file is judged here, by the same rules
twice AS (
    SELECT delivery_id, _key, count(DISTINCT _content) > 1 AS is_conflict
    FROM incoming_accepted
    GROUP BY ALL
    HAVING count(*) > 1
),
accepted AS (
    SELECT
        a.row_id,
        a.agency,
        a.sort_no,
        a._key,
        a._snapshot_scope,
        h.delivery_id IS NOT NULL AS is_held,
        CASE
            WHEN h.delivery_id IS NOT NULL THEN NULL
            WHEN t.is_conflict THEN 'conflicting_key'
            WHEN NOT t.is_conflict
                AND row_number() OVER (PARTITION BY a.delivery_id, a._key ORDER BY a.table_no, a._row) > 1
                THEN 'duplicate_of_row'
        END AS broken_rule
    FROM incoming_accepted AS a
    LEFT JOIN held AS h USING (delivery_id)
    LEFT JOIN twice AS t USING (delivery_id, _key)
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
    FROM (
        SELECT agency, _key, sort_no FROM incoming_rejected WHERE delivery_id NOT IN (SELECT delivery_id FROM held)
        UNION ALL
        SELECT agency, _key, sort_no FROM accepted WHERE broken_rule IS NOT NULL
    )
    GROUP BY ALL
),
newest AS (
    SELECT agency, _key, max(sort_no) AS newest_no
    FROM accepted
    WHERE NOT is_held AND broken_rule IS NULL
    GROUP BY ALL
)
SELECT
    a.row_id,
    CASE
        WHEN a.is_held THEN 'held'
        WHEN a.broken_rule IS NOT NULL THEN 'rejected_at_build'
        WHEN a.sort_no < n.newest_no THEN 'superseded'
        WHEN a.sort_no < s.snapshot_no AND coalesce(r.rejected_no, 0) < s.snapshot_no THEN 'withdrawn'
        ELSE 'current'
    END AS _state,
    coalesce(
        NOT a.is_held AND a.broken_rule IS NULL AND a.sort_no = n.newest_no AND r.rejected_no > a.sort_no, FALSE
    ) AS _held_by_reject,
    a.broken_rule
FROM accepted AS a
LEFT JOIN newest AS n USING (agency, _key)
LEFT JOIN last_snapshot AS s USING (agency, _snapshot_scope)
LEFT JOIN last_rejected AS r USING (agency, _key);
