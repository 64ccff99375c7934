-- one row per agency, rule and effect (reject, warn): rows that break it, and of the rejected ones those that still wait
WITH hit AS (
    SELECT q.agency, q.rule_id, 'reject' AS effect, q.row_id, r.state IN ('open', 'sent', 'expired') AS is_waiting
    FROM audit.quality.reason AS q
    INNER JOIN audit.quality.rejected_row AS r USING (row_id)
    UNION ALL
    SELECT agency, rule_id, 'warn', row_id, FALSE
    FROM audit.quality.flag
)

SELECT
    h.agency,
    h.rule_id,
    h.effect,
    count(DISTINCT h.row_id) AS rows,
    count(DISTINCT h.row_id) FILTER (h.is_waiting) AS waiting,
    coalesce(any_value(r.record), split_part(h.rule_id, '.', 1)) AS record,
    any_value(r.dimension) AS dimension,
    any_value(r.responsible) AS responsible,
    any_value(r.what_id) AS what_id,
    any_value(r.what_en) AS what_en,
    any_value(r.mend_id) AS mend_id,
    any_value(r.mend_en) AS mend_en
FROM hit AS h
LEFT JOIN audit.quality.rule AS r USING (rule_id)
GROUP BY h.agency, h.rule_id, h.effect
ORDER BY h.effect, rows DESC, h.rule_id, h.agency
