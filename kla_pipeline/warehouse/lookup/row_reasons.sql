-- one row per rule that a row breaks, in words
SELECT DISTINCT
    q.rule_id,
    q.column_name,
    u.what_id,
    u.what_en,
    u.mend_id,
    u.mend_en
FROM quality.reason AS q
INNER JOIN quality.rule AS u USING (rule_id)
WHERE q.row_id = $row_id
ORDER BY q.rule_id;
