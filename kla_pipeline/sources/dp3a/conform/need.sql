-- core.need: one row per victim and AMPK category of its forms of violence; disability adds category 12.
-- A victim whose forms map to no category (LAINNYA alone) keeps one row without a category: it is a registered victim.
WITH victim AS (
    SELECT
        v.*,
        p.child_id,
        profile.birth_date AS child_birth_date,
        coalesce(profile.sex, 'unknown') AS child_sex,
        core.area_of(profile.domicile_scope, profile.kecamatan_code) AS child_area,
        coalesce(profile.domicile_scope, 'unknown') AS child_scope,
        profile.death_date AS child_death_date,
        coalesce(v.incident_date, v.report_date) AS period_date,
        core.register_ref('dp3a', 'violence_victim', v.register_no || '|' || v.victim_no::VARCHAR) AS register_ref,
        core.register_ref('dp3a', 'violence_case', v.register_no) AS case_ref
    FROM staged.violence_victim_current AS v
    INNER JOIN identity.person AS p ON p.record = 'violence_victim' AND p.row_id = v.row_id
    INNER JOIN identity.child_profile AS profile ON profile.child_id = p.child_id
),

category_of_form AS (
    SELECT code AS violence_form, unnest(CAST(attrs -> 'ampk' AS VARCHAR[])) AS category
    FROM meta.code
    WHERE list = 'violence_form'
),

form AS (
    SELECT row_id, unnest(string_split(violence_forms, '|')) AS violence_form FROM victim
),

category AS (
    SELECT f.row_id, c.category
    FROM form AS f
    INNER JOIN category_of_form AS c ON c.violence_form = f.violence_form
    UNION
    SELECT row_id, '12' FROM victim WHERE has_disability
),

last_service AS (
    SELECT register_no, victim_no, max(service_date) AS service_date
    FROM staged.victim_service_current
    GROUP BY register_no, victim_no
)

SELECT
    v.register_ref || '/' || coalesce(c.category, 'none') AS need_id,
    v.register_ref,
    v.case_ref,
    v.child_id,
    'dp3a' AS agency,
    'violence_victim' AS record,
    c.category,
    v.incident_date AS event_date,
    v.report_date,
    v.period_date,
    CASE
        WHEN v.incident_date IS NULL THEN 'reported'
        -- a date of unknown quality is not better than an estimate
        WHEN coalesce(v.date_quality, 'stated') <> 'stated' THEN 'estimated'
        ELSE 'event'
    END AS period_basis,
    core.age_years(v.child_birth_date, v.period_date) AS age_years,
    v.child_birth_date IS NOT NULL AS age_known,
    coalesce(v.child_birth_date > v.period_date, FALSE) AS is_unborn,
    core.age_group(core.age_years(v.child_birth_date, v.period_date)) AS age_group,
    v.child_sex AS sex,
    v.child_area AS area_code,
    v.child_scope AS domicile_scope,
    v.closed_date,
    greatest(v.incident_date, v.report_date, s.service_date) AS last_activity_date,
    v.case_status = 'cancelled' AS is_cancelled,
    v.child_death_date AS death_date,
    [v.row_id] AS row_ids
FROM victim AS v
LEFT JOIN category AS c ON c.row_id = v.row_id
LEFT JOIN last_service AS s ON s.register_no = v.register_no AND s.victim_no = v.victim_no
ORDER BY need_id
