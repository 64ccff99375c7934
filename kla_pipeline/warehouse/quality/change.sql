-- one row per table, column and kind of repair (source normaliser), or per decision and column (source decision)
-- tiers: internal, audit
CREATE TABLE quality.change (
    source VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    table_no INTEGER,
    column_name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    cells BIGINT NOT NULL,
    decision_id VARCHAR
);
COMMENT ON TABLE quality.change IS 'What is not stored as the agency wrote it: cells that reading repaired (one row per table, column and kind of repair) and cells that a decision corrected (one row per decision and column)';
COMMENT ON COLUMN quality.change.source IS 'normaliser (spelling, while reading) or decision (a person corrected the cell)';
COMMENT ON COLUMN quality.change.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.change.agency IS 'Agency';
COMMENT ON COLUMN quality.change.record IS 'Record type';
COMMENT ON COLUMN quality.change.table_no IS 'Number of the table in the delivery; NULL for a decision, whose row_id stands in quality.decision.subject';
COMMENT ON COLUMN quality.change.column_name IS 'Column of the contract; a column that no contract knows is named by its place';
COMMENT ON COLUMN quality.change.kind IS 'What was repaired: blanks, apostrophe, thousands, day_first, code_spelling and others; corrected for a decision';
COMMENT ON COLUMN quality.change.cells IS 'Cells repaired in this way, in accepted and rejected rows; a cell may count under several kinds';
COMMENT ON COLUMN quality.change.decision_id IS 'Decision that changed the cell';
