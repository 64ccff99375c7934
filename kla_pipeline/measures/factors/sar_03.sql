-- one row per required item of a unit's facility checklist and year: numerator 1 when present and working
SELECT
    'facility_item' AS unit_type,
    f.agency || '/' || f.unit || '/' || f.item AS unit_id,
    r.jurisdiction AS area_code,
    p.period_type,
    p.period,
    MAP {'unit': f.agency || '/' || f.unit, 'agency': f.agency, 'item': f.item} AS breakdowns,
    CASE WHEN f.is_present AND f.is_working THEN 1 ELSE 0 END AS numerator,
    CASE WHEN f.is_present AND f.is_working IS NOT NULL OR NOT f.is_present THEN 1 ELSE 0 END AS denominator,
    CASE WHEN f.is_present AND f.is_working IS NOT NULL OR NOT f.is_present THEN 0 ELSE 1 END AS unknown,
    TRUE AS is_counted,
    -- an item that is absent needs no second answer; one that is present and untried is unchecked
    CASE WHEN f.is_present AND f.is_working IS NOT NULL OR NOT f.is_present THEN NULL ELSE 'unchecked' END AS bucket,
    f.row_ids
FROM core.facility_item AS f
INNER JOIN measure_period AS p ON p.period_type = 'year' AND f.reference_year = year(p.start_date)
CROSS JOIN meta.release AS r
WHERE f.is_required
