-- one row per accepted row of a register that knows persons, also of rows no longer in force
CREATE TABLE identity.person (record VARCHAR NOT NULL, row_id VARCHAR NOT NULL, child_id VARCHAR NOT NULL, link_basis VARCHAR NOT NULL);
COMMENT ON TABLE identity.person IS 'One row per accepted register row, in force or not: which person it is about. Restricted.';
COMMENT ON COLUMN identity.person.record IS 'Record type';
COMMENT ON COLUMN identity.person.row_id IS 'Row';
COMMENT ON COLUMN identity.person.child_id IS 'Keyed pseudonym of the person';
COMMENT ON COLUMN identity.person.link_basis IS 'nik: known by a valid NIK; record: known by its own register row only';
