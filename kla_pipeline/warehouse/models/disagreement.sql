-- quality.disagreement: one row per pair of figures of one comparison that do not agree
INSERT INTO quality.disagreement
SELECT
    $id AS comparison_id,
    pair,
    area_code,
    period_type,
    period_start,
    item,
    CASE
        WHEN value_a IS NULL THEN 'only_b'
        WHEN value_b IS NULL THEN 'only_a'
        WHEN $relation = 'at_most' THEN 'exceeds'
        ELSE 'differs'
    END AS kind,
    value_a,
    value_b,
    value_a - value_b AS difference,
    source_a,
    source_b,
    row_ids_a,
    row_ids_b
FROM compared
WHERE differs
ORDER BY area_code, period_start, pair, item
