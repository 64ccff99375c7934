-- quality.hold: zero or one row for one snapshot, taken in the order of delivery. It is held when it would withdraw more
-- than a fifth of the keys that are in force in the scopes it speaks for. A key that never was accepted is not in force;
-- one that a decision took out of the file is still spoken of. A delivery that a decision reinstated is not held.
INSERT INTO quality.hold
WITH this AS (
    -- all tables of the record in this delivery speak together: sheets of one workbook share their keys
    SELECT delivery_id, any_value(agency) AS agency, record, any_value(sort_no) AS sort_no
    FROM quality.delivery_table
    WHERE delivery_id = $delivery_id AND record = $record AND mode = 'snapshot'
    GROUP BY delivery_id, record
),
seen AS (
    SELECT delivery_id, table_no, agency, mode, sort_no, _key, _snapshot_scope, TRUE AS is_accepted FROM incoming_accepted
    UNION ALL
    SELECT delivery_id, table_no, agency, mode, sort_no, _key, _snapshot_scope, FALSE FROM incoming_quarantined
    UNION ALL
    SELECT delivery_id, table_no, agency, mode, sort_no, _key, _snapshot_scope, FALSE FROM incoming_withdrawn
),
present AS (
    SELECT DISTINCT seen._key, seen._snapshot_scope FROM seen INNER JOIN this USING (delivery_id)
),
earlier AS (
    SELECT seen.*
    FROM seen
    INNER JOIN this ON this.agency = seen.agency AND seen.sort_no < this.sort_no
    WHERE NOT EXISTS (
        SELECT 1 FROM quality.hold AS h INNER JOIN this AS t ON t.record = h.record WHERE h.delivery_id = seen.delivery_id
    )
      AND (seen._snapshot_scope = '' OR seen._snapshot_scope IN (SELECT _snapshot_scope FROM present))
),
last_snapshot AS (
    SELECT _snapshot_scope, max(sort_no) AS snapshot_no FROM earlier WHERE mode = 'snapshot' GROUP BY ALL
),
in_force AS (
    SELECT e._key, e._snapshot_scope
    FROM earlier AS e
    LEFT JOIN last_snapshot AS s USING (_snapshot_scope)
    GROUP BY e._key, e._snapshot_scope
    HAVING bool_or(e.sort_no >= coalesce(s.snapshot_no, 0)) AND bool_or(e.is_accepted)
),
counts AS (
    SELECT count(*) AS keys_before, count(*) FILTER (p._key IS NULL) AS keys_withdrawn
    FROM in_force AS i
    LEFT JOIN present AS p USING (_key, _snapshot_scope)
)
SELECT this.delivery_id, this.agency, this.record, 'withdraws_over_20_pct', counts.keys_before, counts.keys_withdrawn
FROM this
CROSS JOIN counts
WHERE counts.keys_withdrawn * 5 > counts.keys_before
  AND this.delivery_id NOT IN (SELECT delivery_id FROM reinstated);
