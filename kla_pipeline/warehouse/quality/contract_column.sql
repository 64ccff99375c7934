-- one row per column of a contract
-- tiers: internal, audit
CREATE TABLE quality.contract_column (record VARCHAR NOT NULL, column_name VARCHAR NOT NULL, place INTEGER NOT NULL, kind VARCHAR NOT NULL, label_id VARCHAR NOT NULL, label_en VARCHAR NOT NULL, is_required BOOLEAN NOT NULL, is_key BOOLEAN NOT NULL, code_list VARCHAR, privacy VARCHAR NOT NULL);
COMMENT ON TABLE quality.contract_column IS 'One row per column of a record type, as its contract declares it';
COMMENT ON COLUMN quality.contract_column.record IS 'Record type';
COMMENT ON COLUMN quality.contract_column.column_name IS 'Column';
COMMENT ON COLUMN quality.contract_column.place IS 'Place in the contract, from 1';
COMMENT ON COLUMN quality.contract_column.kind IS 'What its cells are: text, nik, date, code and others';
COMMENT ON COLUMN quality.contract_column.label_id IS 'Indonesian name';
COMMENT ON COLUMN quality.contract_column.label_en IS 'English name';
COMMENT ON COLUMN quality.contract_column.is_required IS 'Whether an empty cell rejects the row';
COMMENT ON COLUMN quality.contract_column.is_key IS 'Whether it is part of the key of a row';
COMMENT ON COLUMN quality.contract_column.code_list IS 'Code list of its values';
COMMENT ON COLUMN quality.contract_column.privacy IS 'Privacy class: none, general, specific_child, specific_health or specific_crime';
