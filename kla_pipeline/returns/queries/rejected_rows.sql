-- one row per row in quarantine: of an agency ('' = any), record type, rule; or the rows named ([] = all)
SELECT
    r.row_id,
    r.delivery_id,
    r.record,
    r.state,
    coalesce(list(q.rule_id ORDER BY q.rule_id) FILTER (WHERE q.rule_id IS NOT NULL), []) AS rules,
    coalesce(any_value(r.hints), '') AS hints
FROM quality.rejected_row AS r
LEFT JOIN quality.reason AS q ON q.row_id = r.row_id
WHERE ($agency = '' OR r.agency = $agency)
    AND ($record = '' OR r.record = $record)
    AND (len($row_ids) = 0 OR list_contains($row_ids, r.row_id))
GROUP BY r.row_id, r.delivery_id, r.record, r.state, r.sheet, r.row_no
HAVING $rule = '' OR list_contains(list(q.rule_id), $rule)
ORDER BY r.delivery_id, r.sheet, r.row_no, r.row_id
