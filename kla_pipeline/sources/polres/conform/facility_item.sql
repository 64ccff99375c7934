-- core.facility_item: one row per year, unit and item of this agency's checklist
SELECT
    reference_year,
    'polres' AS agency,
    unit,
    item,
    is_required,
    is_present,
    is_working,
    checked_on,
    [row_id] AS row_ids
FROM staged.facility_item_current
WHERE agency = 'polres'
ORDER BY reference_year, unit, item
