-- core.child: one row per person known to the city's registers (adults of the registers included)
CREATE TABLE core.child (
    child_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL,
    link_basis VARCHAR NOT NULL,
    agencies VARCHAR[] NOT NULL,
    is_linked BOOLEAN NOT NULL,
    area_code VARCHAR NOT NULL,
    domicile_scope VARCHAR NOT NULL,
    death_date DATE
);
COMMENT ON TABLE core.child IS 'One row per person of the registers under a keyed pseudonym; attributes come from the latest row that states them.';
COMMENT ON COLUMN core.child.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN core.child.sex IS 'L, P or unknown.';
COMMENT ON COLUMN core.child.link_basis IS 'nik or record.';
COMMENT ON COLUMN core.child.agencies IS 'Agencies in whose registers the person stands, sorted.';
COMMENT ON COLUMN core.child.is_linked IS 'True when known by a valid NIK, so that its rows at other agencies are found; false = could be a duplicate of another child.';
COMMENT ON COLUMN core.child.area_code IS 'Kecamatan of domicile, outside or unknown.';
COMMENT ON COLUMN core.child.domicile_scope IS 'city, outside or unknown.';
COMMENT ON COLUMN core.child.death_date IS 'Date of death, if stated.';
