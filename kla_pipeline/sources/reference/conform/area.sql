-- core.area: one row per area of the region reference
SELECT area_code, area_name, area_level, parent_code, valid_from, valid_to
FROM staged.region_current
ORDER BY area_code, valid_from
