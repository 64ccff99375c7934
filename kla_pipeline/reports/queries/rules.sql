-- one row per rule that rejected or flagged at least one row
WITH hits AS (
    SELECT rule_id, 'reject' AS effect, row_id, agency FROM audit.quality.reason
    UNION ALL
    SELECT rule_id, 'warn' AS effect, row_id, agency FROM audit.quality.flag
)

SELECT
    h.rule_id,
    h.effect,
    count(DISTINCT h.row_id) AS rows,
    list_sort(list(DISTINCT h.agency)) AS agencies,
    coalesce(any_value(r.record), split_part(h.rule_id, '.', 1)) AS record,
    any_value(r.dimension) AS dimension,
    any_value(r.what_id) AS what_id,
    any_value(r.what_en) AS what_en,
    any_value(r.mend_id) AS mend_id,
    any_value(r.mend_en) AS mend_en
FROM hits AS h
LEFT JOIN audit.quality.rule AS r ON r.rule_id = h.rule_id
GROUP BY h.rule_id, h.effect
ORDER BY h.effect, rows DESC, h.rule_id
