-- one row per agency and rule that open rejected rows break; a row with several reasons stands under each
SELECT r.agency, q.rule_id, u.what_id, u.what_en, count(DISTINCT r.row_id) AS row_count
FROM quality.rejected_row AS r
INNER JOIN quality.reason AS q ON q.row_id = r.row_id
LEFT JOIN quality.rule AS u ON u.rule_id = q.rule_id
WHERE r.state IN ('open', 'sent', 'expired')
GROUP BY ALL
ORDER BY r.agency, row_count DESC, q.rule_id
