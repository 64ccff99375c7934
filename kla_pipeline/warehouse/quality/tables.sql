-- one row per delivery
CREATE TABLE quality.delivery (
    delivery_id VARCHAR NOT NULL,
    delivery_label VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    file_name VARCHAR,
    suffix VARCHAR,
    size_bytes BIGINT,
    received_on DATE NOT NULL,
    export_date DATE,
    delivered_on DATE NOT NULL,
    sort_no INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,
    reason_code VARCHAR,
    reason_id VARCHAR,
    reason_en VARCHAR,
    layouts VARCHAR,
    rows_read BIGINT NOT NULL,
    rows_accepted BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    rows_set_aside BIGINT NOT NULL,
    is_synthetic BOOLEAN NOT NULL,
    period_start DATE,
    period_end DATE,
    period_basis VARCHAR,
    is_request_ref_given BOOLEAN NOT NULL
);
COMMENT ON TABLE quality.delivery IS 'One row per delivery (distinct bytes dropped by an agency)';
COMMENT ON COLUMN quality.delivery.delivery_id IS 'SHA-256 of the first bytes received';
COMMENT ON COLUMN quality.delivery.delivery_label IS 'Short label that is safe to show: agency and first characters of the id';
COMMENT ON COLUMN quality.delivery.agency IS 'Agency whose folder it was dropped into';
COMMENT ON COLUMN quality.delivery.file_name IS 'Original file name; restricted, only in the warehouse';
COMMENT ON COLUMN quality.delivery.suffix IS 'Suffix of the file name';
COMMENT ON COLUMN quality.delivery.size_bytes IS 'Size in bytes';
COMMENT ON COLUMN quality.delivery.received_on IS 'Day it was received, Asia/Jakarta';
COMMENT ON COLUMN quality.delivery.export_date IS 'Date of export stated in the file, if its layout says where';
COMMENT ON COLUMN quality.delivery.delivered_on IS 'Export date, else the day received: the day that timeliness is judged by';
COMMENT ON COLUMN quality.delivery.sort_no IS 'Order in which deliveries replace each other: delivered, received, hash';
COMMENT ON COLUMN quality.delivery.verdict IS 'accepted, partly (some rows rejected), refused (whole file) or return (a returned workbook of rejected rows: no export)';
COMMENT ON COLUMN quality.delivery.reason_code IS 'Why it was refused';
COMMENT ON COLUMN quality.delivery.reason_id IS 'What is wrong and what to do, Indonesian, without any cell of the file';
COMMENT ON COLUMN quality.delivery.reason_en IS 'What is wrong and what to do, English, without any cell of the file';
COMMENT ON COLUMN quality.delivery.layouts IS 'Layouts recognised';
COMMENT ON COLUMN quality.delivery.rows_read IS 'Rows below the headers of its tables';
COMMENT ON COLUMN quality.delivery.rows_accepted IS 'Rows accepted';
COMMENT ON COLUMN quality.delivery.rows_rejected IS 'Rows rejected';
COMMENT ON COLUMN quality.delivery.rows_set_aside IS 'Rows that are not data: blank, total, footer';
COMMENT ON COLUMN quality.delivery.is_synthetic IS 'True when the file is marked as invented data';
COMMENT ON COLUMN quality.delivery.period_start IS 'First month covered';
COMMENT ON COLUMN quality.delivery.period_end IS 'Last month covered';
COMMENT ON COLUMN quality.delivery.period_basis IS 'Where the period was found: title, file_name, column, last_row, unknown';
COMMENT ON COLUMN quality.delivery.is_request_ref_given IS 'True when the file names the data request it answers';

-- one row per table of a delivery
-- tiers: internal, audit
CREATE TABLE quality.delivery_table (
    delivery_id VARCHAR NOT NULL,
    table_no INTEGER NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    layout VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    sort_no INTEGER NOT NULL,
    last_month DATE,
    unknown_columns INTEGER NOT NULL,
    missing_columns INTEGER NOT NULL,
    renamed_columns INTEGER NOT NULL
);
COMMENT ON TABLE quality.delivery_table IS 'One row per recognised table of a delivery, with its drift from the layout';
COMMENT ON COLUMN quality.delivery_table.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.delivery_table.table_no IS 'Number of the table in the delivery';
COMMENT ON COLUMN quality.delivery_table.agency IS 'Agency';
COMMENT ON COLUMN quality.delivery_table.record IS 'Record type';
COMMENT ON COLUMN quality.delivery_table.layout IS 'Layout';
COMMENT ON COLUMN quality.delivery_table.mode IS 'increment or snapshot';
COMMENT ON COLUMN quality.delivery_table.sort_no IS 'Order in which deliveries replace each other';
COMMENT ON COLUMN quality.delivery_table.last_month IS 'Last month the table covers: of sheets of one file the later one replaces the earlier';
COMMENT ON COLUMN quality.delivery_table.unknown_columns IS 'Columns that the layout does not know';
COMMENT ON COLUMN quality.delivery_table.missing_columns IS 'Optional columns that are absent';
COMMENT ON COLUMN quality.delivery_table.renamed_columns IS 'Columns found under another known name';

-- one row per agency, record type, month and delivery that covers it
-- tiers: internal, audit
CREATE TABLE quality.coverage (agency VARCHAR NOT NULL, record VARCHAR NOT NULL, month DATE NOT NULL, delivery_id VARCHAR NOT NULL, basis VARCHAR NOT NULL, is_nil BOOLEAN NOT NULL, delivered_on DATE NOT NULL);
COMMENT ON TABLE quality.coverage IS 'One row per agency, record type, month and delivery that covers the month';
COMMENT ON COLUMN quality.coverage.agency IS 'Agency';
COMMENT ON COLUMN quality.coverage.record IS 'Record type';
COMMENT ON COLUMN quality.coverage.month IS 'First day of the month covered';
COMMENT ON COLUMN quality.coverage.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.coverage.basis IS 'Where the period was found; several places where several tables of the delivery cover the month';
COMMENT ON COLUMN quality.coverage.is_nil IS 'True when none of its tables that cover the month has rows: a nil report';
COMMENT ON COLUMN quality.coverage.delivered_on IS 'Day that timeliness is judged by';

-- one row per agency, record type, month and held delivery that would cover it
-- tiers: internal, audit
CREATE TABLE quality.held_coverage (agency VARCHAR NOT NULL, record VARCHAR NOT NULL, month DATE NOT NULL, delivery_id VARCHAR NOT NULL, basis VARCHAR NOT NULL, is_nil BOOLEAN NOT NULL, delivered_on DATE NOT NULL);
COMMENT ON TABLE quality.held_coverage IS 'One row per month that a held delivery would cover: sent in time, but no figure rests on it';
COMMENT ON COLUMN quality.held_coverage.agency IS 'Agency';
COMMENT ON COLUMN quality.held_coverage.record IS 'Record type';
COMMENT ON COLUMN quality.held_coverage.month IS 'First day of the month';
COMMENT ON COLUMN quality.held_coverage.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.held_coverage.basis IS 'Where the period was found';
COMMENT ON COLUMN quality.held_coverage.is_nil IS 'True when the table has no rows';
COMMENT ON COLUMN quality.held_coverage.delivered_on IS 'Day that timeliness is judged by';

-- one row per delivery that an agency owes
-- tiers: internal, audit
CREATE TABLE quality.expected (agency VARCHAR NOT NULL, record VARCHAR NOT NULL, month DATE NOT NULL, due_date DATE NOT NULL, delivered_on DATE, is_on_time BOOLEAN NOT NULL, is_overdue BOOLEAN NOT NULL);
COMMENT ON TABLE quality.expected IS 'One row per delivery owed: a feed and a month (December for a yearly feed) that has ended by the as-of date';
COMMENT ON COLUMN quality.expected.agency IS 'Agency';
COMMENT ON COLUMN quality.expected.record IS 'Record type';
COMMENT ON COLUMN quality.expected.month IS 'Month owed';
COMMENT ON COLUMN quality.expected.due_date IS 'Day it was due';
COMMENT ON COLUMN quality.expected.delivered_on IS 'First delivery that covers the month';
COMMENT ON COLUMN quality.expected.is_on_time IS 'Delivered on or before the due day';
COMMENT ON COLUMN quality.expected.is_overdue IS 'Due before the as-of date and still missing';

-- one row per row that was rejected, or that a decision took out of or into force
CREATE TABLE quality.rejected_row (
    row_id VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    sheet INTEGER NOT NULL,
    row_no INTEGER NOT NULL,
    stage VARCHAR NOT NULL,
    row_hash VARCHAR,
    raw JSON,
    hints VARCHAR,
    state VARCHAR NOT NULL,
    state_since DATE,
    state_basis VARCHAR,
    decision_id VARCHAR
);
COMMENT ON TABLE quality.rejected_row IS 'One row per row that staging or a history rule rejected, and per accepted row that a decision changed; resolved ones stay, state tells';
COMMENT ON COLUMN quality.rejected_row.row_id IS 'Row: delivery, sheet and row number';
COMMENT ON COLUMN quality.rejected_row.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.rejected_row.agency IS 'Agency';
COMMENT ON COLUMN quality.rejected_row.record IS 'Record type';
COMMENT ON COLUMN quality.rejected_row.sheet IS 'Number of the sheet';
COMMENT ON COLUMN quality.rejected_row.row_no IS 'Row number as a spreadsheet shows it';
COMMENT ON COLUMN quality.rejected_row.stage IS 'staging (judged alone), build (judged against other deliveries) or decision (accepted, then changed by a decision)';
COMMENT ON COLUMN quality.rejected_row.row_hash IS 'Hash of the raw cells';
COMMENT ON COLUMN quality.rejected_row.raw IS 'Raw cells, with decided ones where the row is still rejected; restricted, only in the warehouse; empty when the file could not be read again';
COMMENT ON COLUMN quality.rejected_row.hints IS 'Per column what may be meant or why it was not read: names of references and reason codes; restricted like the cell they stand for, only in the warehouse';
COMMENT ON COLUMN quality.rejected_row.state IS 'open, sent (in a workbook of its agency), corrected, released, confirmed_bad (a decision says the row is wrong) or expired (the decision about it has ended by its date)';
COMMENT ON COLUMN quality.rejected_row.state_since IS 'Day the state began, Asia/Jakarta';
COMMENT ON COLUMN quality.rejected_row.state_basis IS 'What the state rests on: decision, newer_delivery (its key was accepted in one), other_row (a decision about another row of the file), export; NULL for an open row';
COMMENT ON COLUMN quality.rejected_row.decision_id IS 'Last decision about the row that is or was in force';

-- one row per row that decisions name or resolved
-- tiers: audit
CREATE TABLE quality.amended_row (
    row_id VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR,
    table_no INTEGER,
    outcome VARCHAR NOT NULL,
    effect VARCHAR NOT NULL,
    decision_ids VARCHAR[] NOT NULL,
    released VARCHAR[] NOT NULL,
    was_accepted BOOLEAN NOT NULL,
    is_taken BOOLEAN NOT NULL
);
COMMENT ON TABLE quality.amended_row IS 'One row per row that decisions in force name, and per rejected row that they resolved without naming it';
COMMENT ON COLUMN quality.amended_row.row_id IS 'Row';
COMMENT ON COLUMN quality.amended_row.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.amended_row.agency IS 'Agency';
COMMENT ON COLUMN quality.amended_row.record IS 'Record type; NULL when there is no such row';
COMMENT ON COLUMN quality.amended_row.table_no IS 'Number of the table in the delivery';
COMMENT ON COLUMN quality.amended_row.outcome IS 'applied, still_rejected (as decided it breaks a rule; an accepted row keeps its version), stale (the row or an expected value differs), no_such_row, no_such_column or not_judged (a rule could not be run)';
COMMENT ON COLUMN quality.amended_row.effect IS 'corrected, released, withdrawn, other_row (a decision about another row resolved it) or empty';
COMMENT ON COLUMN quality.amended_row.decision_ids IS 'Decisions in force about the row, in order';
COMMENT ON COLUMN quality.amended_row.released IS 'Rules that a release names';
COMMENT ON COLUMN quality.amended_row.was_accepted IS 'Whether the row was accepted without any decision';
COMMENT ON COLUMN quality.amended_row.is_taken IS 'Whether the row is read from the amended rows of its delivery';

-- one row per rejected row and rule it breaks
-- tiers: audit
CREATE TABLE quality.reason (row_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, agency VARCHAR NOT NULL, record VARCHAR NOT NULL, rule_id VARCHAR NOT NULL, column_name VARCHAR, stage VARCHAR NOT NULL);
COMMENT ON TABLE quality.reason IS 'One row per rejected row and rule that it breaks';
COMMENT ON COLUMN quality.reason.row_id IS 'Row';
COMMENT ON COLUMN quality.reason.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.reason.agency IS 'Agency';
COMMENT ON COLUMN quality.reason.record IS 'Record type';
COMMENT ON COLUMN quality.reason.rule_id IS 'Rule';
COMMENT ON COLUMN quality.reason.column_name IS 'Columns that the rule looks at';
COMMENT ON COLUMN quality.reason.stage IS 'staging or build';

-- one row per accepted row and warning
-- tiers: audit
CREATE TABLE quality.flag (row_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, agency VARCHAR NOT NULL, record VARCHAR NOT NULL, rule_id VARCHAR NOT NULL);
COMMENT ON TABLE quality.flag IS 'One row per accepted row and warning it carries';
COMMENT ON COLUMN quality.flag.row_id IS 'Row';
COMMENT ON COLUMN quality.flag.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.flag.agency IS 'Agency';
COMMENT ON COLUMN quality.flag.record IS 'Record type';
COMMENT ON COLUMN quality.flag.rule_id IS 'Rule';

-- one row per row that is not data
-- tiers: audit
CREATE TABLE quality.set_aside (delivery_id VARCHAR NOT NULL, agency VARCHAR NOT NULL, sheet INTEGER NOT NULL, row_no INTEGER NOT NULL, kind VARCHAR NOT NULL);
COMMENT ON TABLE quality.set_aside IS 'One row per row of a recognised sheet that is not data';
COMMENT ON COLUMN quality.set_aside.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.set_aside.agency IS 'Agency';
COMMENT ON COLUMN quality.set_aside.sheet IS 'Number of the sheet';
COMMENT ON COLUMN quality.set_aside.row_no IS 'Row number';
COMMENT ON COLUMN quality.set_aside.kind IS 'title, blank, header, column_number, total, footer';

-- one row per delivery and sheet (stage staging) or agency and record type (stage build)
-- tiers: internal, audit
CREATE TABLE quality.reconciliation (
    stage VARCHAR NOT NULL,
    delivery_id VARCHAR,
    agency VARCHAR NOT NULL,
    record VARCHAR,
    sheet INTEGER,
    sheet_rows BIGINT,
    above_header BIGINT,
    rows_read BIGINT,
    accepted BIGINT NOT NULL,
    rejected BIGINT,
    set_aside BIGINT,
    current_rows BIGINT,
    current_outside BIGINT,
    current_unknown BIGINT,
    superseded BIGINT,
    withdrawn BIGINT,
    rejected_at_build BIGINT,
    held BIGINT,
    corrected BIGINT,
    released BIGINT,
    difference BIGINT NOT NULL
);
COMMENT ON TABLE quality.reconciliation IS 'Conservation of rows. staging: sheet_rows = above_header + accepted + rejected + set_aside; build: accepted + corrected + released = current + superseded + withdrawn + rejected at build + held';
COMMENT ON COLUMN quality.reconciliation.stage IS 'staging or build';
COMMENT ON COLUMN quality.reconciliation.delivery_id IS 'Delivery (staging)';
COMMENT ON COLUMN quality.reconciliation.agency IS 'Agency';
COMMENT ON COLUMN quality.reconciliation.record IS 'Record type; null for a sheet without a recognised table';
COMMENT ON COLUMN quality.reconciliation.sheet IS 'Number of the sheet (staging)';
COMMENT ON COLUMN quality.reconciliation.sheet_rows IS 'All rows of the sheet';
COMMENT ON COLUMN quality.reconciliation.above_header IS 'Title, blank and header rows down to the header';
COMMENT ON COLUMN quality.reconciliation.rows_read IS 'Rows below the header';
COMMENT ON COLUMN quality.reconciliation.accepted IS 'Accepted rows';
COMMENT ON COLUMN quality.reconciliation.rejected IS 'Rejected rows (staging)';
COMMENT ON COLUMN quality.reconciliation.set_aside IS 'Rows below the header that are not data';
COMMENT ON COLUMN quality.reconciliation.current_rows IS 'Rows in force';
COMMENT ON COLUMN quality.reconciliation.current_outside IS 'Of the rows in force, those about places outside the jurisdiction (build)';
COMMENT ON COLUMN quality.reconciliation.current_unknown IS 'Of the rows in force, those whose place is not known (build)';
COMMENT ON COLUMN quality.reconciliation.superseded IS 'Rows replaced by a newer delivery';
COMMENT ON COLUMN quality.reconciliation.withdrawn IS 'Rows that a newer snapshot no longer has, and accepted rows that a decision took out';
COMMENT ON COLUMN quality.reconciliation.rejected_at_build IS 'Rows rejected against other deliveries';
COMMENT ON COLUMN quality.reconciliation.held IS 'Rows of deliveries held for a decision';
COMMENT ON COLUMN quality.reconciliation.corrected IS 'Rejected rows that a correction, of themselves or of another row, made acceptable (build)';
COMMENT ON COLUMN quality.reconciliation.released IS 'Rejected rows that a release made acceptable (build)';
COMMENT ON COLUMN quality.reconciliation.difference IS 'Must be 0';

-- one row per delivery held for a decision
-- tiers: internal, audit
CREATE TABLE quality.hold (delivery_id VARCHAR NOT NULL, agency VARCHAR NOT NULL, record VARCHAR NOT NULL, reason_code VARCHAR NOT NULL, keys_before BIGINT NOT NULL, keys_withdrawn BIGINT NOT NULL);
COMMENT ON TABLE quality.hold IS 'One row per delivery that is held until a decision';
COMMENT ON COLUMN quality.hold.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.hold.agency IS 'Agency';
COMMENT ON COLUMN quality.hold.record IS 'Record type';
COMMENT ON COLUMN quality.hold.reason_code IS 'withdraws_over_20_pct: the snapshot would withdraw more than a fifth of the keys in force';
COMMENT ON COLUMN quality.hold.keys_before IS 'Keys in force before';
COMMENT ON COLUMN quality.hold.keys_withdrawn IS 'Keys it would withdraw';

-- one row per time that the bytes of an older delivery were dropped again
-- tiers: internal, audit
CREATE TABLE quality.repeat (delivery_id VARCHAR NOT NULL, agency VARCHAR NOT NULL, repeated_at TIMESTAMP NOT NULL, is_reinstated BOOLEAN NOT NULL, decision_id VARCHAR);
COMMENT ON TABLE quality.repeat IS 'One row per drop with the bytes of an older delivery after newer ones: it changes nothing until a decision reinstates the delivery, which then counts as the newest of that moment';
COMMENT ON COLUMN quality.repeat.delivery_id IS 'Delivery whose bytes came again';
COMMENT ON COLUMN quality.repeat.agency IS 'Agency';
COMMENT ON COLUMN quality.repeat.repeated_at IS 'When they came again, UTC';
COMMENT ON COLUMN quality.repeat.is_reinstated IS 'Whether a decision in force says that they count';
COMMENT ON COLUMN quality.repeat.decision_id IS 'That decision';

-- one row per check of the release
-- tiers: internal, audit
CREATE TABLE quality.check_result (check_id VARCHAR NOT NULL, is_blocking BOOLEAN NOT NULL, failures BIGINT NOT NULL, description VARCHAR NOT NULL);
COMMENT ON TABLE quality.check_result IS 'One row per check of the build; a blocking one with failures stops the release';
COMMENT ON COLUMN quality.check_result.check_id IS 'Check';
COMMENT ON COLUMN quality.check_result.is_blocking IS 'Whether a failure stops the release';
COMMENT ON COLUMN quality.check_result.failures IS 'Rows that fail it';
COMMENT ON COLUMN quality.check_result.description IS 'What is checked';

-- one row per declared comparison
-- tiers: internal, audit
CREATE TABLE quality.comparison (
    comparison_id VARCHAR NOT NULL,
    title_id VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    equal_means_id VARCHAR NOT NULL,
    equal_means_en VARCHAR NOT NULL,
    responsible VARCHAR[] NOT NULL,
    relation VARCHAR NOT NULL,
    compared BIGINT NOT NULL,
    differing BIGINT NOT NULL,
    one_sided BIGINT NOT NULL
);
COMMENT ON TABLE quality.comparison IS 'One row per declared comparison of two sources; compared = 0 means that nothing was there to compare, not that all agree';
COMMENT ON COLUMN quality.comparison.comparison_id IS 'Comparison';
COMMENT ON COLUMN quality.comparison.title_id IS 'What is compared, Indonesian';
COMMENT ON COLUMN quality.comparison.title_en IS 'What is compared, English';
COMMENT ON COLUMN quality.comparison.equal_means_id IS 'What it would mean if all figures agreed, Indonesian';
COMMENT ON COLUMN quality.comparison.equal_means_en IS 'What it would mean if all figures agreed, English';
COMMENT ON COLUMN quality.comparison.responsible IS 'Agencies that can explain a difference';
COMMENT ON COLUMN quality.comparison.relation IS 'equal: both values must be the same; at_most: the first must not be greater than the second';
COMMENT ON COLUMN quality.comparison.compared IS 'Figures that both sources have; all comparisons together: SELECT sum(compared), sum(differing), sum(one_sided) FROM quality.comparison';
COMMENT ON COLUMN quality.comparison.differing IS 'Of these, how many contradict each other: SELECT count(*) FROM quality.disagreement WHERE kind IN (''differs'', ''exceeds'') and this comparison_id';
COMMENT ON COLUMN quality.comparison.one_sided IS 'Figures that only one source has: SELECT count(*) FROM quality.disagreement WHERE kind IN (''only_a'', ''only_b'') and this comparison_id';

-- one row per pair of figures that differ or of which one is missing
-- tiers: internal, audit
CREATE TABLE quality.disagreement (
    comparison_id VARCHAR NOT NULL,
    pair VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period_type VARCHAR NOT NULL,
    period_start DATE NOT NULL,
    item VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    value_a DOUBLE,
    value_b DOUBLE,
    difference DOUBLE,
    source_a VARCHAR NOT NULL,
    source_b VARCHAR NOT NULL,
    row_ids_a VARCHAR[] NOT NULL,
    row_ids_b VARCHAR[] NOT NULL
);
COMMENT ON TABLE quality.disagreement IS 'One row per figure on which two sources disagree or that only one of them has (see kind), with both values; no measure chooses between them here';
COMMENT ON COLUMN quality.disagreement.comparison_id IS 'Comparison';
COMMENT ON COLUMN quality.disagreement.pair IS 'What the two figures are about, in words: district and year, day with district and hazard, month; the rows stand in row_ids_a and row_ids_b';
COMMENT ON COLUMN quality.disagreement.area_code IS 'Kemendagri code';
COMMENT ON COLUMN quality.disagreement.period_type IS 'year, month or day';
COMMENT ON COLUMN quality.disagreement.period_start IS 'First day of the period';
COMMENT ON COLUMN quality.disagreement.item IS 'Figure: victims, deaths, houses flooded …';
COMMENT ON COLUMN quality.disagreement.kind IS 'differs, exceeds (the first is greater where it must not be), only_a or only_b (the other source does not have the figure)';
COMMENT ON COLUMN quality.disagreement.value_a IS 'Value of the first source; NULL when it has none';
COMMENT ON COLUMN quality.disagreement.value_b IS 'Value of the second source; NULL when it has none';
COMMENT ON COLUMN quality.disagreement.difference IS 'First minus second';
COMMENT ON COLUMN quality.disagreement.source_a IS 'First source: layout and delivery, or register';
COMMENT ON COLUMN quality.disagreement.source_b IS 'Second source';
COMMENT ON COLUMN quality.disagreement.row_ids_a IS 'Staged rows behind the first value';
COMMENT ON COLUMN quality.disagreement.row_ids_b IS 'Staged rows behind the second value';
