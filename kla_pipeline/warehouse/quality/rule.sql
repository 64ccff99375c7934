-- one row per rule: of a record type, or about files as a whole
-- tiers: internal, audit
CREATE TABLE quality.rule (
    rule_id VARCHAR NOT NULL,
    record VARCHAR,
    declared_by VARCHAR,
    column_name VARCHAR,
    severity VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    what_id VARCHAR NOT NULL,
    what_en VARCHAR NOT NULL,
    why_id VARCHAR NOT NULL,
    why_en VARCHAR NOT NULL,
    mend_id VARCHAR NOT NULL,
    mend_en VARCHAR NOT NULL,
    bad_example JSON,
    good_example JSON,
    responsible VARCHAR NOT NULL,
    source VARCHAR,
    since VARCHAR NOT NULL,
    is_releasable BOOLEAN NOT NULL,
    fingerprint VARCHAR NOT NULL
);
COMMENT ON TABLE quality.rule IS 'One row per rule: of a record type, or about files as a whole';
COMMENT ON COLUMN quality.rule.rule_id IS 'Rule; file.<reason code> for one about whole files';
COMMENT ON COLUMN quality.rule.record IS 'Record type; NULL for a rule about files';
COMMENT ON COLUMN quality.rule.declared_by IS 'Agency whose folder declares the record; NULL for a rule about files';
COMMENT ON COLUMN quality.rule.column_name IS 'Columns that the rule looks at';
COMMENT ON COLUMN quality.rule.severity IS 'refuse (the file is not loaded), reject (the row goes to quarantine) or warn (the row is kept and flagged)';
COMMENT ON COLUMN quality.rule.scope IS 'file, row, delivery or history: what has to be looked at to judge it';
COMMENT ON COLUMN quality.rule.dimension IS 'Quality dimension: completeness, validity, consistency or uniqueness';
COMMENT ON COLUMN quality.rule.what_id IS 'What is wrong, Indonesian';
COMMENT ON COLUMN quality.rule.what_en IS 'What is wrong, English';
COMMENT ON COLUMN quality.rule.why_id IS 'Why it matters, Indonesian';
COMMENT ON COLUMN quality.rule.why_en IS 'Why it matters, English';
COMMENT ON COLUMN quality.rule.mend_id IS 'How to mend it, Indonesian';
COMMENT ON COLUMN quality.rule.mend_en IS 'How to mend it, English';
COMMENT ON COLUMN quality.rule.bad_example IS 'Rows that break the rule: a list of objects, column and text; invented. For a rule about files their kind in words';
COMMENT ON COLUMN quality.rule.good_example IS 'Rows that keep the rule, in the same form';
COMMENT ON COLUMN quality.rule.responsible IS 'Who mends what it finds: agency, us (who runs the pipeline) or shared';
COMMENT ON COLUMN quality.rule.source IS 'Law, standard or source of the domain behind the rule';
COMMENT ON COLUMN quality.rule.since IS 'First version with the rule';
COMMENT ON COLUMN quality.rule.is_releasable IS 'Whether a decision may release a row from it';
COMMENT ON COLUMN quality.rule.fingerprint IS 'Hash of its code and parameters: it changes when the rule judges otherwise';
