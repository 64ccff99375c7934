-- comments of quality.reason_count, which exists in the internal file only
COMMENT ON TABLE quality.reason_count IS 'One row per agency, record type and rule: rows that are rejected';
COMMENT ON COLUMN quality.reason_count.agency IS 'Agency';
COMMENT ON COLUMN quality.reason_count.record IS 'Record type';
COMMENT ON COLUMN quality.reason_count.rule_id IS 'Rule';
COMMENT ON COLUMN quality.reason_count.row_count IS 'Rows';
