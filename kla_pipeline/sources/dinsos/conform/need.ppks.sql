-- core.need: one row per person of the PPKS roster in a category for children.
-- A row without a report date is new on the first day of the first month whose roster carries it and open until a later
-- roster no longer does (docs/readings.md): such a row is kept when a snapshot withdraws it, closed on that roster's month.
WITH roster AS (
    -- a cumulative roster stands for the last month it covers
    SELECT delivery_id, max(month) AS month
    FROM quality.coverage
    WHERE
        agency = 'dinsos' AND record = 'ppks'
        AND delivery_id NOT IN (SELECT h.delivery_id FROM quality.hold AS h WHERE h.record = 'ppks')
    GROUP BY delivery_id
),

carried AS (
    SELECT s.ppks_no, min(r.month) AS first_month, max(r.month) AS last_month
    FROM staged.ppks AS s
    INNER JOIN roster AS r ON r.delivery_id = s.delivery_id
    WHERE s._state IN ('current', 'superseded', 'withdrawn')
    GROUP BY s.ppks_no
),

gone AS (
    -- the next roster after the last one with the key; one that was replaced within its month closes it with the next
    SELECT c.ppks_no, coalesce(min(r.month), CAST(any_value(c.last_month) + to_months(1) AS DATE)) AS gone_on
    FROM carried AS c
    LEFT JOIN roster AS r ON r.month > c.last_month
    GROUP BY c.ppks_no
),

last_service AS (
    SELECT ppks_no, max(service_date) AS service_date FROM staged.ppks_service_current GROUP BY ppks_no
),

entry AS (
    SELECT
        s.row_id,
        s.report_date,
        p.child_id,
        profile.birth_date,
        coalesce(profile.sex, 'unknown') AS sex,
        core.area_of(profile.domicile_scope, profile.kecamatan_code) AS area_code,
        coalesce(profile.domicile_scope, 'unknown') AS domicile_scope,
        profile.death_date,
        c.attrs ->> 'ampk' AS category,
        core.register_ref('dinsos', 'ppks', s.ppks_no) AS register_ref,
        coalesce(s.report_date, r.first_month) AS period_date,
        CASE WHEN s._state = 'withdrawn' THEN coalesce(s.closed_date, g.gone_on) ELSE s.closed_date END AS closed_date,
        -- a roster that still carries the person is a dated entry too
        greatest(s.report_date, CASE WHEN s.report_date IS NULL THEN r.last_month END, v.service_date)
            AS last_activity_date
    FROM identity.appearance AS p
    INNER JOIN staged.ppks AS s ON s.row_id = p.row_id
    INNER JOIN identity.child_profile AS profile ON profile.child_id = p.child_id
    INNER JOIN meta.code AS c ON c.list = 'ppks_category' AND c.code = s.category
    LEFT JOIN carried AS r ON r.ppks_no = s.ppks_no
    LEFT JOIN gone AS g ON g.ppks_no = s.ppks_no
    LEFT JOIN last_service AS v ON v.ppks_no = s.ppks_no
    WHERE p.record = 'ppks' AND CAST(c.attrs ->> 'child' AS BOOLEAN)
)

SELECT
    register_ref || '/' || coalesce(category, 'none') AS need_id,
    register_ref,
    register_ref AS case_ref,
    child_id,
    'dinsos' AS agency,
    'ppks' AS record,
    category,
    CAST(NULL AS DATE) AS event_date,
    report_date,
    period_date,
    'reported' AS period_basis,
    core.age_years(birth_date, period_date) AS age_years,
    birth_date IS NOT NULL AS age_known,
    coalesce(birth_date > period_date, FALSE) AS is_unborn,
    core.age_group(core.age_years(birth_date, period_date)) AS age_group,
    sex,
    area_code,
    domicile_scope,
    closed_date,
    coalesce(last_activity_date, period_date) AS last_activity_date,
    FALSE AS is_cancelled,
    death_date,
    [row_id] AS row_ids
FROM entry
WHERE period_date IS NOT NULL
ORDER BY need_id
