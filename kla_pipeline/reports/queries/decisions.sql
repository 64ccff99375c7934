-- one row per decision, those that wait for a second person first, then the newest; days are those of Asia/Jakarta (UTC+7)
WITH worded AS (
    SELECT
        d.decision_id,
        list(coalesce(c.label_id, d.column_name) ORDER BY d.place) AS columns_id,
        list(coalesce(c.label_en, d.column_name) ORDER BY d.place) AS columns_en
    FROM (
        SELECT
            decision_id,
            record,
            unnest(column_names) AS column_name,
            unnest(range(len(column_names))) AS place
        FROM audit.quality.decision
    ) AS d
    LEFT JOIN audit.quality.contract_column AS c USING (record, column_name)
    GROUP BY d.decision_id
),

lifted AS (
    SELECT
        d.decision_id,
        list(coalesce(r.what_id, d.rule_id) ORDER BY d.place) AS lifted_id,
        list(coalesce(r.what_en, d.rule_id) ORDER BY d.place) AS lifted_en
    FROM (
        SELECT decision_id, unnest(rules) AS rule_id, unnest(range(len(rules))) AS place FROM audit.quality.decision
    ) AS d
    LEFT JOIN audit.quality.rule AS r USING (rule_id)
    GROUP BY d.decision_id
)

SELECT
    d.*,
    CAST(d.proposed_at + INTERVAL 7 HOUR AS DATE) AS proposed_on,
    CAST(d.approved_at + INTERVAL 7 HOUR AS DATE) AS approved_on,
    CAST(d.ended_at + INTERVAL 7 HOUR AS DATE) AS ended_on,
    coalesce(w.columns_id, []) AS columns_id,
    coalesce(w.columns_en, []) AS columns_en,
    coalesce(l.lifted_id, []) AS lifted_id,
    coalesce(l.lifted_en, []) AS lifted_en,
    v.delivery_label,
    try_cast(split_part(d.subject, '/', 2) AS INTEGER) AS sheet,
    try_cast(split_part(d.subject, '/', 3) AS INTEGER) AS row_no
FROM audit.quality.decision AS d
LEFT JOIN worded AS w USING (decision_id)
LEFT JOIN lifted AS l USING (decision_id)
LEFT JOIN audit.quality.delivery AS v USING (delivery_id)
ORDER BY d.status = 'proposed' DESC, d.seq DESC
