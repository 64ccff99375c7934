-- No child, need, service, case or event stands twice in core.
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
