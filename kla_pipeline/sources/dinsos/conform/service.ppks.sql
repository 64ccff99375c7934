-- core.service: one row per service given to a person of the PPKS roster; data entry and raids do not qualify
SELECT
    core.register_ref('dinsos', 'ppks', s.ppks_no) || '/' || s.service_code || '/' || s.service_date::VARCHAR
        AS service_id,
    p.child_id,
    'dinsos' AS agency,
    'ppks_service' AS record,
    s.service_code,
    FALSE AS is_intake,
    coalesce(CAST(c.attrs ->> 'qualifies' AS BOOLEAN), FALSE) AS is_qualifying,
    s.service_date,
    core.register_ref('dinsos', 'ppks', s.ppks_no) AS register_ref,
    [s.row_id] AS row_ids
FROM staged.ppks_service_current AS s
INNER JOIN identity.appearance AS p
    ON p.record = 'ppks' AND p.register_ref = core.register_ref('dinsos', 'ppks', s.ppks_no)
LEFT JOIN meta.code AS c ON c.list = 'atensi' AND c.code = s.service_code
ORDER BY service_id
