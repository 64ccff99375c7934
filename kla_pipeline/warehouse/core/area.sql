-- core.area: one row per area of the region reference and period of validity
CREATE TABLE core.area (
    area_code VARCHAR NOT NULL,
    area_name VARCHAR NOT NULL,
    area_level VARCHAR NOT NULL,
    parent_code VARCHAR,
    valid_from DATE,
    valid_to DATE
);
COMMENT ON TABLE core.area IS 'Areas by Kemendagri code, as the region reference delivers them.';
COMMENT ON COLUMN core.area.area_code IS 'Kemendagri code, e.g. 36.73.01.';
COMMENT ON COLUMN core.area.area_name IS 'Official name.';
COMMENT ON COLUMN core.area.area_level IS 'province, district, kecamatan or kelurahan.';
COMMENT ON COLUMN core.area.parent_code IS 'Code of the area it lies in.';
COMMENT ON COLUMN core.area.valid_from IS 'First day the code is valid; NULL = always.';
COMMENT ON COLUMN core.area.valid_to IS 'Last day the code is valid; NULL = still.';
