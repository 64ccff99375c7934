-- one row per table of a delivery and rule that ran over it, written where the rule runs; rule_coverage shows it
CREATE TABLE quality.rule_run (
    delivery_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    table_no INTEGER NOT NULL,
    record VARCHAR NOT NULL,
    rule_id VARCHAR NOT NULL,
    rows_judged BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL
);
COMMENT ON TABLE quality.rule_run IS 'One row per table of a delivery and rule that ran over it';
COMMENT ON COLUMN quality.rule_run.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.rule_run.agency IS 'Agency';
COMMENT ON COLUMN quality.rule_run.table_no IS 'Number of the table in the delivery';
COMMENT ON COLUMN quality.rule_run.record IS 'Record type';
COMMENT ON COLUMN quality.rule_run.rule_id IS 'Rule';
COMMENT ON COLUMN quality.rule_run.rows_judged IS 'Rows it judged: all data rows, of a history rule those in force';
COMMENT ON COLUMN quality.rule_run.rows_failed IS 'Rows that break it';
