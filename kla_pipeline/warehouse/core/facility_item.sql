-- core.facility_item: one row per year, unit and item of the facility checklist
CREATE TABLE core.facility_item (
    reference_year BIGINT NOT NULL,
    agency VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    is_required BOOLEAN NOT NULL,
    is_present BOOLEAN,
    is_working BOOLEAN,
    checked_on DATE,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.facility_item IS 'Facility checklist of the service units.';
COMMENT ON COLUMN core.facility_item.reference_year IS 'Year the check is for.';
COMMENT ON COLUMN core.facility_item.agency IS 'Agency.';
COMMENT ON COLUMN core.facility_item.unit IS 'Unit.';
COMMENT ON COLUMN core.facility_item.item IS 'Item, list facility_item.';
COMMENT ON COLUMN core.facility_item.is_required IS 'Required for this unit.';
COMMENT ON COLUMN core.facility_item.is_present IS 'Present; NULL = unchecked.';
COMMENT ON COLUMN core.facility_item.is_working IS 'Working; NULL = unchecked.';
COMMENT ON COLUMN core.facility_item.checked_on IS 'Day of the check.';
COMMENT ON COLUMN core.facility_item.row_ids IS 'Staged rows it rests on.';
