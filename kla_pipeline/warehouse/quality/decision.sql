-- one row per decision, whatever became of it; old and new values of cells and notes stay in the ledger
-- tiers: audit
CREATE TABLE quality.decision (
    decision_id VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR,
    delivery_id VARCHAR,
    agency VARCHAR,
    record VARCHAR,
    rules VARCHAR[] NOT NULL,
    column_names VARCHAR[] NOT NULL,
    why VARCHAR NOT NULL,
    until DATE,
    status VARCHAR NOT NULL,
    outcome VARCHAR,
    proposed_by VARCHAR NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    approved_by VARCHAR,
    approved_at TIMESTAMP,
    ended_by VARCHAR,
    ended_at TIMESTAMP,
    origin VARCHAR NOT NULL,
    return_delivery_id VARCHAR,
    is_erased BOOLEAN NOT NULL
);
COMMENT ON TABLE quality.decision IS 'One row per decision about a row or a delivery: who proposed and approved it, why, until when, and what came of it';
COMMENT ON COLUMN quality.decision.decision_id IS 'Decision';
COMMENT ON COLUMN quality.decision.seq IS 'Number of the event that proposed it: quality.event.seq';
COMMENT ON COLUMN quality.decision.action IS 'correct, release, withdraw, reinstate, reopen or erase';
COMMENT ON COLUMN quality.decision.subject IS 'Row (or delivery, for reinstate) it is about; NULL for erase, which is about a person';
COMMENT ON COLUMN quality.decision.delivery_id IS 'Delivery of the row';
COMMENT ON COLUMN quality.decision.agency IS 'Agency of the delivery';
COMMENT ON COLUMN quality.decision.record IS 'Record type of the row';
COMMENT ON COLUMN quality.decision.rules IS 'Rules that a release lifts from the row';
COMMENT ON COLUMN quality.decision.column_names IS 'Columns of the contract that a correction changes; a column that no contract knows is named by its place';
COMMENT ON COLUMN quality.decision.why IS 'Reason code: source_checked, typing_error, law_allows, known_exception, not_ours, entered_twice or other';
COMMENT ON COLUMN quality.decision.until IS 'Last day it is in force; NULL without an end';
COMMENT ON COLUMN quality.decision.status IS 'proposed, in_force, refused, ended or expired on the as-of date';
COMMENT ON COLUMN quality.decision.outcome IS 'What it did to its row: applied, still_rejected, stale (the row or the expected value differs), no_such_row, no_such_column, not_judged; NULL when it is not in force or not about a row';
COMMENT ON COLUMN quality.decision.proposed_by IS 'Login that proposed it';
COMMENT ON COLUMN quality.decision.proposed_at IS 'When it was proposed, UTC';
COMMENT ON COLUMN quality.decision.approved_by IS 'Login of the second person that approved it; NULL where one person is enough or nobody has yet';
COMMENT ON COLUMN quality.decision.approved_at IS 'When it was approved, UTC';
COMMENT ON COLUMN quality.decision.ended_by IS 'Login that refused or ended it';
COMMENT ON COLUMN quality.decision.ended_at IS 'When it was refused or ended, UTC';
COMMENT ON COLUMN quality.decision.origin IS 'command (typed by a person) or return (from a workbook the agency filled in)';
COMMENT ON COLUMN quality.decision.return_delivery_id IS 'Delivery that was the returned workbook';
COMMENT ON COLUMN quality.decision.is_erased IS 'Its values were erased with the person they were about';
