-- one row per current row of a register that knows persons
CREATE TABLE identity.person (record VARCHAR NOT NULL, row_id VARCHAR NOT NULL, child_id VARCHAR NOT NULL, link_basis VARCHAR NOT NULL);
COMMENT ON TABLE identity.person IS 'One row per register row in force: which person it is about. Restricted.';
COMMENT ON COLUMN identity.person.record IS 'Record type';
COMMENT ON COLUMN identity.person.row_id IS 'Row';
COMMENT ON COLUMN identity.person.child_id IS 'Keyed pseudonym of the person';
COMMENT ON COLUMN identity.person.link_basis IS 'nik: known by a valid NIK; record: known by its own register row only';
