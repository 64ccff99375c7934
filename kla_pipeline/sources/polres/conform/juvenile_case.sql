-- core.juvenile_case: one row per child in a police case
WITH outcome AS (
    SELECT
        code,
        attrs ->> 'restorative' AS restorative,
        CAST(attrs ->> 'documents_needed' AS INTEGER) AS documents_needed,
        coalesce(
            CAST(attrs ->> 'documents_needed_narcotics' AS INTEGER), CAST(attrs ->> 'documents_needed' AS INTEGER)
        ) AS documents_needed_narcotics,
        CAST(attrs ->> 'known' AS BOOLEAN) AS is_known,
        -- an unknown outcome with a closing date is closed; only cases still in process or passed on are open
        CAST(attrs ->> 'final' AS BOOLEAN) OR code = 'UNKNOWN' AS can_close,
        attrs ->> 'bucket' AS bucket
    FROM meta.code
    WHERE list = 'case_outcome'
),

entry AS (
    SELECT
        s.*,
        p.child_id,
        profile.birth_date AS child_birth_date,
        profile.sex AS child_sex,
        core.domicile_scope(s.tkp_district, s.tkp_kecamatan, r.jurisdiction) AS place,
        trim(coalesce(s.outcome_doc_no, '')) <> '' AS has_outcome_doc,
        trim(coalesce(s.rights_doc_no, '')) <> '' AS has_rights_doc,
        o.restorative,
        CASE WHEN s.is_narcotics THEN o.documents_needed_narcotics ELSE o.documents_needed END AS documents_needed,
        o.documents_needed >= 2 AS has_two_kinds,
        o.is_known,
        o.can_close,
        o.bucket
    FROM staged.juvenile_case_current AS s
    INNER JOIN identity.person AS p ON p.record = 'juvenile_case' AND p.row_id = s.row_id
    INNER JOIN identity.child_profile AS profile ON profile.child_id = p.child_id
    INNER JOIN outcome AS o ON o.code = s.outcome
    CROSS JOIN meta.release AS r
)

SELECT
    core.register_ref('polres', 'juvenile_case', register_no || '|' || child_no::VARCHAR) AS case_child_id,
    core.register_ref('polres', 'case', register_no) AS case_id,
    child_id,
    'polres' AS agency,
    role,
    lp_date,
    incident_date,
    core.age_years(child_birth_date, coalesce(incident_date, lp_date)) AS age_years,
    child_birth_date IS NOT NULL AS age_known,
    coalesce(child_sex, 'unknown') AS sex,
    core.area_of(place, tkp_kecamatan) AS area_code,
    coalesce(place, 'unknown') AS place_scope,
    threat_years,
    is_repeat,
    is_narcotics,
    investigation_start,
    diversion_offer_date,
    stage,
    outcome,
    has_outcome_doc,
    has_rights_doc,
    CASE
        WHEN restorative NOT IN ('yes', 'if_documents') THEN FALSE
        -- two documents: the agreement and the statement of the victim's rights
        WHEN documents_needed >= 2 THEN has_outcome_doc AND has_rights_doc
        -- one of two kinds, where the rule that usually needs both asks for one (narcotics)
        WHEN has_two_kinds THEN has_outcome_doc OR has_rights_doc
        ELSE has_outcome_doc
    END AS is_restorative,
    coalesce(is_known, FALSE) AS outcome_known,
    bucket AS outcome_bucket,
    CASE
        WHEN NOT can_close THEN NULL
        -- an agreement that failed on or after the closing day removes it; a closing after the failure stands
        WHEN failed_date IS NOT NULL AND failed_date >= closed_date THEN NULL
        ELSE closed_date
    END AS closed_date,
    [row_id] AS row_ids
FROM entry
ORDER BY case_child_id
