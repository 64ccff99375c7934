-- identity.appearance: one row per victim of the violence register
SELECT
    'dp3a' AS agency,
    'violence_victim' AS record,
    v.row_id,
    core.register_ref('dp3a', 'violence_victim', v.register_no || '|' || v.victim_no::VARCHAR) AS register_ref,
    p.child_id,
    p.link_basis,
    v.report_date,
    1 AS agency_rank,
    v.sex,
    v.birth_date,
    v.death_date,
    core.domicile_scope(v.district, v.kecamatan, r.jurisdiction) AS domicile_scope,
    v.kecamatan AS kecamatan_code
FROM staged.violence_victim_current AS v
INNER JOIN identity.person AS p ON p.record = 'violence_victim' AND p.row_id = v.row_id
CROSS JOIN meta.release AS r
ORDER BY v.row_id
