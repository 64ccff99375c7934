-- one row per event of the ledger; left out of every comparison of releases, because nights without news write events too
-- tiers: audit
CREATE TABLE quality.event (
    seq BIGINT NOT NULL,
    written_at TIMESTAMP NOT NULL,
    kind VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    payload JSON NOT NULL,
    hash VARCHAR NOT NULL
);
COMMENT ON TABLE quality.event IS 'One row per event of the ledger about this jurisdiction or the whole ledger, up to the build; numbers that are missing here belong to other jurisdictions';
COMMENT ON COLUMN quality.event.seq IS 'Number of the event in the chain';
COMMENT ON COLUMN quality.event.written_at IS 'When it was written, UTC';
COMMENT ON COLUMN quality.event.kind IS 'What happened: delivery_received, decision_proposed, decision_approved, rows_sent, release_recorded, call_refused and others';
COMMENT ON COLUMN quality.event.actor IS 'Login of the person or service account that did it';
COMMENT ON COLUMN quality.event.payload IS 'Ids, rules, counts and keyed hashes; never a cell or a file name';
COMMENT ON COLUMN quality.event.hash IS 'Hash of the event over the one before; kla audit verify follows the whole chain';
