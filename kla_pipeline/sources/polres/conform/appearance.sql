-- identity.appearance: one row per child in a police case. The register says where it happened, not where a child lives.
SELECT
    'polres' AS agency,
    'juvenile_case' AS record,
    s.row_id,
    core.register_ref('polres', 'juvenile_case', s.register_no || '|' || s.child_no::VARCHAR) AS register_ref,
    p.child_id,
    p.link_basis,
    s.lp_date AS report_date,
    3 AS agency_rank,
    s.sex,
    s.birth_date,
    CAST(NULL AS DATE) AS death_date,
    CAST(NULL AS VARCHAR) AS domicile_scope,
    CAST(NULL AS VARCHAR) AS kecamatan_code
FROM staged.juvenile_case_current AS s
INNER JOIN identity.person AS p ON p.record = 'juvenile_case' AND p.row_id = s.row_id
ORDER BY s.row_id
