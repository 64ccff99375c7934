-- core.service: one row per service of a victim of the violence register; all eight services count
SELECT
    core.register_ref('dp3a', 'violence_victim', s.register_no || '|' || s.victim_no::VARCHAR)
    || '/' || s.service_code || '/' || s.service_date::VARCHAR AS service_id,
    p.child_id,
    'dp3a' AS agency,
    'victim_service' AS record,
    s.service_code,
    coalesce(CAST(c.attrs ->> 'is_intake' AS BOOLEAN), FALSE) AS is_intake,
    TRUE AS is_qualifying,
    s.service_date,
    core.register_ref('dp3a', 'violence_victim', s.register_no || '|' || s.victim_no::VARCHAR) AS register_ref,
    [s.row_id] AS row_ids
FROM staged.victim_service_current AS s
INNER JOIN staged.violence_victim_current AS v ON v.register_no = s.register_no AND v.victim_no = s.victim_no
INNER JOIN identity.person AS p ON p.record = 'violence_victim' AND p.row_id = v.row_id
LEFT JOIN meta.code AS c ON c.list = 'service' AND c.code = s.service_code
ORDER BY service_id
