-- identity.appearance: one row per person of the PPKS roster, rows that a later roster no longer carries included
WITH roster AS (
    SELECT delivery_id, max(month) AS month
    FROM quality.coverage
    WHERE agency = 'dinsos' AND record = 'ppks'
    GROUP BY delivery_id
)

SELECT
    'dinsos' AS agency,
    'ppks' AS record,
    s.row_id,
    core.register_ref('dinsos', 'ppks', s.ppks_no) AS register_ref,
    p.child_id,
    p.link_basis,
    coalesce(s.report_date, o.month) AS report_date,
    2 AS agency_rank,
    s.sex,
    s.birth_date,
    CAST(NULL AS DATE) AS death_date,
    core.domicile_scope(s.district, s.kecamatan, r.jurisdiction) AS domicile_scope,
    s.kecamatan AS kecamatan_code
FROM staged.ppks AS s
INNER JOIN identity.person AS p ON p.record = 'ppks' AND p.row_id = s.row_id
LEFT JOIN roster AS o ON o.delivery_id = s.delivery_id
CROSS JOIN meta.release AS r
WHERE
    s._state = 'current'
    -- a row without a report date that left the roster was closed by it, not taken back (see need.ppks.sql)
    OR (s._state = 'withdrawn' AND s.report_date IS NULL)
QUALIFY row_number() OVER (
    PARTITION BY s.ppks_no ORDER BY s._state = 'current' DESC, o.month DESC NULLS LAST, s.row_id
) = 1
ORDER BY s.row_id
