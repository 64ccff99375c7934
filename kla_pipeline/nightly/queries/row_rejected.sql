-- one row per rejected row in the asked line of a file and rule that it breaks
SELECT
    r.* EXCLUDE (raw, hints, row_hash, delivery_id, agency),
    q.rule_id,
    q.column_name,
    u.what_id,
    u.what_en,
    u.mend_id,
    u.mend_en
FROM quality.rejected_row AS r
LEFT JOIN quality.reason AS q ON q.row_id = r.row_id
LEFT JOIN quality.rule AS u ON u.rule_id = q.rule_id
WHERE r.delivery_id = $delivery_id AND r.row_no = $row_no AND ($sheet IS NULL OR r.sheet = $sheet)
ORDER BY r.row_id, q.rule_id
