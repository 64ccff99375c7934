-- core.child_labour: one row per register row of a working child, worst form or not
SELECT
    core.register_ref('dinsos', 'child_labour', s.labour_no) AS labour_id,
    p.child_id,
    'dinsos' AS agency,
    s.is_worst_form,
    s.work_form,
    s.identified_date,
    core.age_years(profile.birth_date, s.identified_date) AS age_years,
    profile.birth_date IS NOT NULL AS age_known,
    coalesce(profile.sex, 'unknown') AS sex,
    core.area_of(profile.domicile_scope, profile.kecamatan_code) AS area_code,
    coalesce(profile.domicile_scope, 'unknown') AS domicile_scope,
    s.withdrawn_date,
    s.placed_date,
    CASE
        WHEN s.withdrawn_date IS NOT NULL AND s.placed_date IS NOT NULL THEN greatest(s.withdrawn_date, s.placed_date)
    END AS freed_date,
    s.placement,
    s.followup_date,
    s.followup_status,
    s.relapse_date,
    s.closed_date,
    core.turns_18_on(profile.birth_date) AS turns_18_on,
    greatest(
        s.identified_date, s.verified_date, s.withdrawn_date, s.placed_date, s.followup_date, s.relapse_date
    ) AS last_activity_date,
    [s.row_id] AS row_ids
FROM staged.child_labour_current AS s
INNER JOIN identity.person AS p ON p.record = 'child_labour' AND p.row_id = s.row_id
INNER JOIN identity.child_profile AS profile ON profile.child_id = p.child_id
ORDER BY labour_id
