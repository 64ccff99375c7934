-- core.need: one row per spell of a child in a worst form of child labour (category 04, exploitation). A spell ends when
-- the child is freed or the case is closed for another reason; a relapse opens a second one on its date.
WITH labour AS (
    SELECT
        s.*,
        p.child_id,
        profile.birth_date AS child_birth_date,
        coalesce(profile.sex, 'unknown') AS child_sex,
        core.area_of(profile.domicile_scope, profile.kecamatan_code) AS child_area,
        coalesce(profile.domicile_scope, 'unknown') AS child_scope,
        profile.death_date AS child_death_date,
        core.register_ref('dinsos', 'child_labour', s.labour_no) AS register_ref,
        CASE
            WHEN s.withdrawn_date IS NOT NULL AND s.placed_date IS NOT NULL
                THEN greatest(s.withdrawn_date, s.placed_date)
        END AS freed_date
    FROM staged.child_labour_current AS s
    INNER JOIN identity.person AS p ON p.record = 'child_labour' AND p.row_id = s.row_id
    INNER JOIN identity.child_profile AS profile ON profile.child_id = p.child_id
    WHERE s.is_worst_form
),

spell AS (
    SELECT *, '' AS spell_name, identified_date AS opened_on, least(closed_date, freed_date) AS ended_on
    FROM labour
    UNION ALL
    SELECT
        *,
        '/relapse' AS spell_name,
        relapse_date AS opened_on,
        -- a closing or release before the relapse does not end what the relapse opened
        least(
            CASE WHEN closed_date >= relapse_date THEN closed_date END,
            CASE WHEN freed_date >= relapse_date THEN freed_date END
        ) AS ended_on
    FROM labour
    WHERE relapse_date >= least(closed_date, freed_date)
)

SELECT
    register_ref || '/04' || spell_name AS need_id,
    register_ref,
    register_ref AS case_ref,
    child_id,
    'dinsos' AS agency,
    'child_labour' AS record,
    '04' AS category,
    -- the register knows when a child was found, not since when it worked
    CAST(NULL AS DATE) AS event_date,
    opened_on AS report_date,
    opened_on AS period_date,
    'reported' AS period_basis,
    core.age_years(child_birth_date, opened_on) AS age_years,
    child_birth_date IS NOT NULL AS age_known,
    coalesce(child_birth_date > opened_on, FALSE) AS is_unborn,
    core.age_group(core.age_years(child_birth_date, opened_on)) AS age_group,
    child_sex AS sex,
    child_area AS area_code,
    child_scope AS domicile_scope,
    ended_on AS closed_date,
    greatest(
        identified_date, verified_date, withdrawn_date, placed_date, followup_date, relapse_date
    ) AS last_activity_date,
    FALSE AS is_cancelled,
    child_death_date AS death_date,
    [row_id] AS row_ids
FROM spell
ORDER BY need_id
