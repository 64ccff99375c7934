-- core.child: one row per person; runs after every agency's appearance.sql
SELECT
    a.child_id,
    coalesce(any_value(p.sex), 'unknown') AS sex,
    CASE WHEN bool_or(a.link_basis = 'nik') THEN 'nik' ELSE 'record' END AS link_basis,
    list_sort(list(DISTINCT a.agency)) AS agencies,
    bool_or(a.link_basis = 'nik') AS is_linked,
    core.area_of(any_value(p.domicile_scope), any_value(p.kecamatan_code)) AS area_code,
    coalesce(any_value(p.domicile_scope), 'unknown') AS domicile_scope,
    any_value(p.death_date) AS death_date
FROM identity.appearance AS a
INNER JOIN identity.child_profile AS p ON p.child_id = a.child_id
GROUP BY a.child_id
ORDER BY a.child_id
