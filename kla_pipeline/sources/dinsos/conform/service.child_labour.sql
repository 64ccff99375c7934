-- core.service: one row per placement of a working child that is itself a service: an institution (LKSA) or the family
-- (return home with hand-over). School and training places free a child (K5-31) but are not on the list of services.
SELECT
    core.register_ref('dinsos', 'child_labour', s.labour_no) || '/' || s.placement || '/' || s.placed_date::VARCHAR
        AS service_id,
    p.child_id,
    'dinsos' AS agency,
    'child_labour' AS record,
    s.placement AS service_code,
    FALSE AS is_intake,
    TRUE AS is_qualifying,
    s.placed_date AS service_date,
    core.register_ref('dinsos', 'child_labour', s.labour_no) AS register_ref,
    [s.row_id] AS row_ids
FROM staged.child_labour_current AS s
INNER JOIN identity.person AS p ON p.record = 'child_labour' AND p.row_id = s.row_id
WHERE s.placement IN ('LKSA', 'KELUARGA') AND s.placed_date IS NOT NULL
ORDER BY service_id
