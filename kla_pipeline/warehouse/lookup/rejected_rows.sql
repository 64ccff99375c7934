-- one row per row in quarantine that fits what was asked for ('' = any), with the rules it breaks
SELECT
    r.row_id,
    r.delivery_id,
    d.delivery_label,
    r.agency,
    r.record,
    r.sheet,
    r.row_no,
    r.stage,
    r.state,
    r.state_since,
    r.state_basis,
    coalesce((
        SELECT list(DISTINCT q.rule_id ORDER BY q.rule_id) FROM quality.reason AS q WHERE q.row_id = r.row_id
    ), []) AS rules
FROM quality.rejected_row AS r
INNER JOIN quality.delivery AS d USING (delivery_id)
WHERE
    ($agency = '' OR r.agency = $agency)
    AND ($record = '' OR r.record = $record)
    AND ($state = '' OR r.state = $state)
    AND ($row_id = '' OR r.row_id = $row_id)
    AND ($rule = '' OR EXISTS (FROM quality.reason AS q WHERE q.row_id = r.row_id AND q.rule_id = $rule))
ORDER BY r.agency, d.sort_no, r.sheet, r.row_no, r.row_id;
