-- identity.appearance: one row per register row of a working child
SELECT
    'dinsos' AS agency,
    'child_labour' AS record,
    s.row_id,
    core.register_ref('dinsos', 'child_labour', s.labour_no) AS register_ref,
    p.child_id,
    p.link_basis,
    s.identified_date AS report_date,
    2 AS agency_rank,
    s.sex,
    s.birth_date,
    CAST(NULL AS DATE) AS death_date,
    core.domicile_scope(s.district, s.kecamatan, r.jurisdiction) AS domicile_scope,
    s.kecamatan AS kecamatan_code
FROM staged.child_labour_current AS s
INNER JOIN identity.person AS p ON p.record = 'child_labour' AND p.row_id = s.row_id
CROSS JOIN meta.release AS r
ORDER BY s.row_id
