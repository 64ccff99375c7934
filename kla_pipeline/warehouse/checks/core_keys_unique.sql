-- No row of core stands twice, and no delivery is held twice.
SELECT 'child' AS model, child_id AS key FROM core.child GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'need', need_id FROM core.need GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'service', service_id FROM core.service GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'juvenile_case', case_child_id FROM core.juvenile_case GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'child_labour', labour_id FROM core.child_labour GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'disaster_event', event_id FROM core.disaster_event GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'area', area_code || coalesce(CAST(valid_from AS VARCHAR), '') FROM core.area GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'population', concat_ws('/', reference_year, area_code, sex, age_from, age_to)
FROM core.population GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'mechanism_check', concat_ws('/', reference_year, item_id, agency)
FROM core.mechanism_check GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'staff', staff_id FROM core.staff GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'facility_item', concat_ws('/', reference_year, agency, unit, item)
FROM core.facility_item GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'hold', delivery_id || '/' || record FROM quality.hold GROUP BY ALL HAVING count(*) > 1
