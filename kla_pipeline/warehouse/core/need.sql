-- core.need: one row per person, register row and category of special protection
CREATE TABLE core.need (
    need_id VARCHAR NOT NULL,
    register_ref VARCHAR NOT NULL,
    case_ref VARCHAR NOT NULL,
    child_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    category VARCHAR,
    event_date DATE,
    report_date DATE,
    period_date DATE NOT NULL,
    period_basis VARCHAR NOT NULL,
    age_years INTEGER,
    age_known BOOLEAN NOT NULL,
    is_unborn BOOLEAN NOT NULL,
    age_group VARCHAR NOT NULL,
    sex VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domicile_scope VARCHAR NOT NULL,
    closed_date DATE,
    last_activity_date DATE NOT NULL,
    is_cancelled BOOLEAN NOT NULL,
    death_date DATE,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.need IS 'One row per person, register row and AMPK category: what makes a child one that needs special protection. Adults and cancelled reports stand here too; the measures set them apart.';
COMMENT ON COLUMN core.need.need_id IS 'register_ref and category; stable over deliveries.';
COMMENT ON COLUMN core.need.register_ref IS 'Hashed key of the register row; services carry the same.';
COMMENT ON COLUMN core.need.case_ref IS 'Hashed key of the case the register row belongs to (a case may have several victims).';
COMMENT ON COLUMN core.need.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN core.need.agency IS 'Agency that registered it.';
COMMENT ON COLUMN core.need.record IS 'Record type.';
COMMENT ON COLUMN core.need.category IS 'AMPK code 01..15; NULL when the register''s form of violence maps to none (LAINNYA alone): counted, in no category.';
COMMENT ON COLUMN core.need.event_date IS 'Date of the event, where the register states one.';
COMMENT ON COLUMN core.need.report_date IS 'Date of the report; for child labour the identification.';
COMMENT ON COLUMN core.need.period_date IS 'Date that decides the period: event, else report, else first day of the first roster month.';
COMMENT ON COLUMN core.need.period_basis IS 'event, reported or estimated (a date that the register marks as estimated or of unknown quality).';
COMMENT ON COLUMN core.need.age_years IS 'Completed years on period_date; NULL without a birth date; 0 for an unborn child.';
COMMENT ON COLUMN core.need.age_known IS 'Whether a birth date is known.';
COMMENT ON COLUMN core.need.is_unborn IS 'Birth date after period_date.';
COMMENT ON COLUMN core.need.age_group IS '0-5, 6-12, 13-17, 18+ or unknown.';
COMMENT ON COLUMN core.need.sex IS 'L, P or unknown: the person''s.';
COMMENT ON COLUMN core.need.area_code IS 'The person''s area: kecamatan, outside or unknown.';
COMMENT ON COLUMN core.need.domicile_scope IS 'city, outside or unknown.';
COMMENT ON COLUMN core.need.closed_date IS 'Closing date; NULL while open, also when the register says closed without a date.';
COMMENT ON COLUMN core.need.last_activity_date IS 'Latest dated entry of the register row: event, report, roster, service, follow-up.';
COMMENT ON COLUMN core.need.is_cancelled IS 'Cancelled or false report.';
COMMENT ON COLUMN core.need.death_date IS 'Date of death, if stated.';
COMMENT ON COLUMN core.need.row_ids IS 'Staged rows it rests on.';
