-- identity.appearance: one row per register row in which a person appears (restricted: it holds birth dates, so it
-- stands in identity, not in core); identity.child_profile: one row per child, each attribute from the latest row
CREATE TABLE identity.appearance (
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    register_ref VARCHAR NOT NULL,
    child_id VARCHAR NOT NULL,
    link_basis VARCHAR NOT NULL,
    report_date DATE,
    agency_rank INTEGER NOT NULL,
    sex VARCHAR,
    birth_date DATE,
    death_date DATE,
    domicile_scope VARCHAR,
    kecamatan_code VARCHAR
);
COMMENT ON TABLE identity.appearance IS 'One row per current register row in which a person appears, with the attributes the row states. Restricted: holds birth dates.';
COMMENT ON COLUMN identity.appearance.agency IS 'Agency whose register it is.';
COMMENT ON COLUMN identity.appearance.record IS 'Record type of the row.';
COMMENT ON COLUMN identity.appearance.row_id IS 'Staged row.';
COMMENT ON COLUMN identity.appearance.register_ref IS 'The register key, hashed (core.register_ref).';
COMMENT ON COLUMN identity.appearance.child_id IS 'Keyed pseudonym of the person.';
COMMENT ON COLUMN identity.appearance.link_basis IS 'nik: known by a valid NIK; record: only by its own register row.';
COMMENT ON COLUMN identity.appearance.report_date IS 'Date by which the latest row is chosen: report, identification, police report or first roster month.';
COMMENT ON COLUMN identity.appearance.agency_rank IS 'Order of the agencies when report dates tie (dp3a 1, dinsos 2, polres 3, bpbd 4); declared by each agency''s own file.';
COMMENT ON COLUMN identity.appearance.sex IS 'L or P as stated; NULL when empty.';
COMMENT ON COLUMN identity.appearance.birth_date IS 'Birth date as stated.';
COMMENT ON COLUMN identity.appearance.death_date IS 'Date of death as stated.';
COMMENT ON COLUMN identity.appearance.domicile_scope IS 'city or outside; NULL when the row does not say where the person lives.';
COMMENT ON COLUMN identity.appearance.kecamatan_code IS 'Kecamatan of domicile within the city, when stated.';

CREATE VIEW identity.child_profile AS
SELECT
    child_id,
    first(sex ORDER BY report_date DESC NULLS LAST, agency_rank, row_id) FILTER (WHERE sex IS NOT NULL) AS sex,
    first(birth_date ORDER BY report_date DESC NULLS LAST, agency_rank, row_id)
        FILTER (WHERE birth_date IS NOT NULL) AS birth_date,
    first(death_date ORDER BY report_date DESC NULLS LAST, agency_rank, row_id)
        FILTER (WHERE death_date IS NOT NULL) AS death_date,
    first(domicile_scope ORDER BY report_date DESC NULLS LAST, agency_rank, row_id)
        FILTER (WHERE domicile_scope IS NOT NULL) AS domicile_scope,
    first(kecamatan_code ORDER BY report_date DESC NULLS LAST, agency_rank, row_id)
        FILTER (WHERE kecamatan_code IS NOT NULL) AS kecamatan_code
FROM identity.appearance
GROUP BY child_id;
COMMENT ON VIEW identity.child_profile IS 'One row per child: each attribute from the latest row that states it, ties by agency_rank (docs/readings.md). Restricted.';
COMMENT ON COLUMN identity.child_profile.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN identity.child_profile.sex IS 'L or P; NULL when no row says.';
COMMENT ON COLUMN identity.child_profile.birth_date IS 'Birth date; ages are computed from it at each event.';
COMMENT ON COLUMN identity.child_profile.death_date IS 'Date of death, if any row states one.';
COMMENT ON COLUMN identity.child_profile.domicile_scope IS 'city, outside, or NULL when no row says.';
COMMENT ON COLUMN identity.child_profile.kecamatan_code IS 'Latest stated kecamatan of the city; means something only with domicile_scope = city.';
