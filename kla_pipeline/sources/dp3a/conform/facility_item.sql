-- core.facility_item: one row per year, agency, unit and item, whichever agency delivers the checklist
SELECT
    reference_year,
    agency,
    unit,
    item,
    is_required,
    is_present,
    is_working,
    checked_on,
    [row_id] AS row_ids
FROM staged.facility_item_current
ORDER BY agency, reference_year, unit, item
