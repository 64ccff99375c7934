-- core.staff: one row per employee of DP3A's service units
SELECT
    core.register_ref('dp3a', 'staff', s.staff_no) AS staff_id,
    'dp3a' AS agency,
    s.unit,
    s.role,
    coalesce(CAST(c.attrs ->> 'is_case_worker' AS BOOLEAN), FALSE) AS is_case_worker,
    s.fte,
    s.start_date,
    s.end_date,
    [s.row_id] AS row_ids
FROM staged.staff_current AS s
LEFT JOIN meta.code AS c ON c.list = 'staff_role' AND c.code = s.role
WHERE s.agency = 'dp3a'
ORDER BY staff_id
