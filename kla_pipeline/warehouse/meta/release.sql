-- one row: what is the same for the whole release
CREATE TABLE meta.release (
    jurisdiction VARCHAR NOT NULL,
    jurisdiction_name VARCHAR NOT NULL,
    as_of_date DATE NOT NULL,
    is_synthetic BOOLEAN NOT NULL,
    key_id VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL,
    code_hash VARCHAR NOT NULL,
    delivery_set_hash VARCHAR NOT NULL,
    decision_set_hash VARCHAR NOT NULL,
    linkage_model VARCHAR NOT NULL,
    input_key VARCHAR NOT NULL
);
COMMENT ON TABLE meta.release IS 'One row: what the whole release rests on. Equal input keys give equal tables.';
COMMENT ON COLUMN meta.release.jurisdiction IS 'Kemendagri code of the city or province';
COMMENT ON COLUMN meta.release.jurisdiction_name IS 'Name of the jurisdiction';
COMMENT ON COLUMN meta.release.as_of_date IS 'Business date of the release, Asia/Jakarta';
COMMENT ON COLUMN meta.release.is_synthetic IS 'True when the deliveries are invented (the bundled exports)';
COMMENT ON COLUMN meta.release.key_id IS 'Id of the pseudonym key, not the key';
COMMENT ON COLUMN meta.release.code_version IS 'Version of kla_pipeline';
COMMENT ON COLUMN meta.release.code_hash IS 'SHA-256 over code and declarations';
COMMENT ON COLUMN meta.release.delivery_set_hash IS 'SHA-256 over the ids and current contents of all deliveries';
COMMENT ON COLUMN meta.release.decision_set_hash IS 'SHA-256 over the decisions in force';
COMMENT ON COLUMN meta.release.linkage_model IS 'How records are linked to children';
COMMENT ON COLUMN meta.release.input_key IS 'SHA-256 over everything that decides the tables';

-- one row: facts of the run that built the tables; left out of every comparison of releases
CREATE TABLE meta.run (release_id VARCHAR, built_at TIMESTAMP, duckdb_version VARCHAR, python_version VARCHAR, event_count BIGINT, head_hash VARCHAR);
COMMENT ON TABLE meta.run IS 'One row: facts of the run that built these tables; not part of their content';
COMMENT ON COLUMN meta.run.release_id IS 'Id of the release';
COMMENT ON COLUMN meta.run.built_at IS 'When the tables were built, UTC';
COMMENT ON COLUMN meta.run.duckdb_version IS 'DuckDB that wrote the file';
COMMENT ON COLUMN meta.run.python_version IS 'Python that ran the build';
COMMENT ON COLUMN meta.run.event_count IS 'Number of the last event of the ledger when the tables were built';
COMMENT ON COLUMN meta.run.head_hash IS 'Hash of that event: with the number it shows a later cut of the chain';

-- one row per code of a code list
CREATE TABLE meta.code (list VARCHAR NOT NULL, code VARCHAR NOT NULL, label_id VARCHAR NOT NULL, label_en VARCHAR NOT NULL, attrs JSON);
COMMENT ON TABLE meta.code IS 'One row per code of a code list';
COMMENT ON COLUMN meta.code.list IS 'Code list';
COMMENT ON COLUMN meta.code.code IS 'Canonical code';
COMMENT ON COLUMN meta.code.label_id IS 'Indonesian label';
COMMENT ON COLUMN meta.code.label_en IS 'English label';
COMMENT ON COLUMN meta.code.attrs IS 'What else is known of the code (JSON)';

-- one row per area of the jurisdiction down to the kecamatan
CREATE TABLE meta.area (area_code VARCHAR NOT NULL, area_name VARCHAR NOT NULL, area_level VARCHAR NOT NULL);
COMMENT ON TABLE meta.area IS 'One row per area of the jurisdiction down to the kecamatan, named as in the region reference of the package';
COMMENT ON COLUMN meta.area.area_code IS 'Kemendagri code';
COMMENT ON COLUMN meta.area.area_name IS 'Official name';
COMMENT ON COLUMN meta.area.area_level IS 'province, district or kecamatan';

-- one row per layout
CREATE TABLE meta.layout (layout VARCHAR NOT NULL, agency VARCHAR NOT NULL, record VARCHAR NOT NULL, mode VARCHAR NOT NULL, precedence INTEGER NOT NULL);
COMMENT ON TABLE meta.layout IS 'One row per layout: what an export of an agency looks like';
COMMENT ON COLUMN meta.layout.layout IS 'Layout';
COMMENT ON COLUMN meta.layout.agency IS 'Agency';
COMMENT ON COLUMN meta.layout.record IS 'Record type';
COMMENT ON COLUMN meta.layout.mode IS 'increment or snapshot';
COMMENT ON COLUMN meta.layout.precedence IS 'Of reports on the same thing from several layouts the lower number decides';

-- one row per feed that an agency owes
CREATE TABLE meta.source_feed (agency VARCHAR NOT NULL, agency_name_id VARCHAR NOT NULL, agency_name_en VARCHAR NOT NULL, record VARCHAR, cadence VARCHAR, due_day INTEGER);
COMMENT ON TABLE meta.source_feed IS 'One row per feed that an agency owes';
COMMENT ON COLUMN meta.source_feed.agency IS 'Agency';
COMMENT ON COLUMN meta.source_feed.agency_name_id IS 'Agency, Indonesian name';
COMMENT ON COLUMN meta.source_feed.agency_name_en IS 'Agency, English name';
COMMENT ON COLUMN meta.source_feed.record IS 'Record type; null when the agency owes none';
COMMENT ON COLUMN meta.source_feed.cadence IS 'monthly or yearly';
COMMENT ON COLUMN meta.source_feed.due_day IS 'Day of the following month (year: of January) on which the delivery is due';
