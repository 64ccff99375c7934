-- comments of quality.flag_count, which exists in the internal file only
COMMENT ON TABLE quality.flag_count IS 'One row per agency, record type and rule: rows that are flagged';
COMMENT ON COLUMN quality.flag_count.agency IS 'Agency';
COMMENT ON COLUMN quality.flag_count.record IS 'Record type';
COMMENT ON COLUMN quality.flag_count.rule_id IS 'Rule';
COMMENT ON COLUMN quality.flag_count.row_count IS 'Rows';
