-- one row per agency over all rules (rule_id NULL), then one per rule, most rows first
SELECT a.*, r.what_id, r.what_en
FROM audit.quality.ageing AS a
LEFT JOIN audit.quality.rule AS r USING (rule_id)
ORDER BY a.agency, a.rule_id IS NOT NULL, a.unresolved DESC, a.rule_id
