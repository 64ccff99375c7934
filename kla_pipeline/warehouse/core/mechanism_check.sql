-- core.mechanism_check: one row per year, checklist item and agency that checked it
CREATE TABLE core.mechanism_check (
    reference_year BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    phase VARCHAR,
    is_mandatory BOOLEAN NOT NULL,
    max_age_months BIGINT,
    owner VARCHAR,
    verdict VARCHAR NOT NULL,
    doc_no_given BOOLEAN NOT NULL,
    doc_date DATE,
    valid_until DATE,
    checked_on DATE,
    weight DOUBLE NOT NULL,
    agency VARCHAR NOT NULL,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.mechanism_check IS 'Evidence checklist of the child-sensitive disaster mechanism, as each agency checked it.';
COMMENT ON COLUMN core.mechanism_check.reference_year IS 'Year the check is for.';
COMMENT ON COLUMN core.mechanism_check.item_id IS 'CD01..CD20.';
COMMENT ON COLUMN core.mechanism_check.phase IS 'Phase of the item (mechanism_item list).';
COMMENT ON COLUMN core.mechanism_check.is_mandatory IS 'Mandatory item (mechanism_item list).';
COMMENT ON COLUMN core.mechanism_check.max_age_months IS 'Age at which evidence expires (mechanism_item list).';
COMMENT ON COLUMN core.mechanism_check.owner IS 'Office responsible for the item (mechanism_item list).';
COMMENT ON COLUMN core.mechanism_check.verdict IS 'yes, partial, no, unchecked or not_applicable.';
COMMENT ON COLUMN core.mechanism_check.doc_no_given IS 'A document number is given.';
COMMENT ON COLUMN core.mechanism_check.doc_date IS 'Date of the document.';
COMMENT ON COLUMN core.mechanism_check.valid_until IS 'Last day the evidence is fresh: doc_date plus max_age_months, end of month when that day does not exist; NULL without number or date.';
COMMENT ON COLUMN core.mechanism_check.checked_on IS 'Day of the check.';
COMMENT ON COLUMN core.mechanism_check.weight IS 'Weight of the item, 1 unless the city set another.';
COMMENT ON COLUMN core.mechanism_check.agency IS 'Agency that delivered the check.';
COMMENT ON COLUMN core.mechanism_check.row_ids IS 'Staged rows it rests on.';
