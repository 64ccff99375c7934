-- core.juvenile_case: one row per child in a police case, whatever its role
CREATE TABLE core.juvenile_case (
    case_child_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    child_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    lp_date DATE NOT NULL,
    incident_date DATE,
    age_years INTEGER,
    age_known BOOLEAN NOT NULL,
    sex VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    place_scope VARCHAR NOT NULL,
    threat_years DOUBLE,
    is_repeat BOOLEAN,
    is_narcotics BOOLEAN,
    investigation_start DATE,
    diversion_offer_date DATE,
    stage VARCHAR,
    outcome VARCHAR NOT NULL,
    has_outcome_doc BOOLEAN NOT NULL,
    has_rights_doc BOOLEAN NOT NULL,
    is_restorative BOOLEAN NOT NULL,
    outcome_known BOOLEAN NOT NULL,
    outcome_bucket VARCHAR,
    closed_date DATE,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.juvenile_case IS 'One row per child in a police case with its role, place and latest outcome; never filtered by the word ABH.';
COMMENT ON COLUMN core.juvenile_case.case_child_id IS 'Hashed register key of the child in the case.';
COMMENT ON COLUMN core.juvenile_case.case_id IS 'Hashed register key of the case.';
COMMENT ON COLUMN core.juvenile_case.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN core.juvenile_case.agency IS 'Agency of the register.';
COMMENT ON COLUMN core.juvenile_case.role IS 'offender, victim or witness.';
COMMENT ON COLUMN core.juvenile_case.lp_date IS 'Date of the police report.';
COMMENT ON COLUMN core.juvenile_case.incident_date IS 'Date of the incident.';
COMMENT ON COLUMN core.juvenile_case.age_years IS 'Completed years at the incident, else at the police report.';
COMMENT ON COLUMN core.juvenile_case.age_known IS 'Whether a birth date is known.';
COMMENT ON COLUMN core.juvenile_case.sex IS 'L, P or unknown.';
COMMENT ON COLUMN core.juvenile_case.area_code IS 'Place of occurrence: kecamatan, outside or unknown.';
COMMENT ON COLUMN core.juvenile_case.place_scope IS 'Place of occurrence: city, outside or unknown (city also when only the kecamatan is missing).';
COMMENT ON COLUMN core.juvenile_case.threat_years IS 'Threatened imprisonment in years.';
COMMENT ON COLUMN core.juvenile_case.is_repeat IS 'Repeat offence.';
COMMENT ON COLUMN core.juvenile_case.is_narcotics IS 'Narcotics case.';
COMMENT ON COLUMN core.juvenile_case.investigation_start IS 'Start of the investigation; decides which code applies.';
COMMENT ON COLUMN core.juvenile_case.diversion_offer_date IS 'Day diversion was offered.';
COMMENT ON COLUMN core.juvenile_case.stage IS 'PENYIDIKAN, PENUNTUTAN or PENGADILAN.';
COMMENT ON COLUMN core.juvenile_case.outcome IS 'Canonical outcome code.';
COMMENT ON COLUMN core.juvenile_case.has_outcome_doc IS 'A document number of the outcome is given.';
COMMENT ON COLUMN core.juvenile_case.has_rights_doc IS 'A document number of the statement that the victim''s rights were met is given.';
COMMENT ON COLUMN core.juvenile_case.is_restorative IS 'Restorative outcome with the document numbers its kind needs (case_outcome list).';
COMMENT ON COLUMN core.juvenile_case.outcome_known IS 'False for UNKNOWN.';
COMMENT ON COLUMN core.juvenile_case.outcome_bucket IS 'Bucket in which the outcome stands apart from K5-29 (case_outcome list): transferred_out, under_12; NULL for all others.';
COMMENT ON COLUMN core.juvenile_case.closed_date IS 'Latest closing; NULL while open at the police (PROSES, LIMPAH_P21) or after a failed agreement.';
COMMENT ON COLUMN core.juvenile_case.row_ids IS 'Staged rows it rests on.';
