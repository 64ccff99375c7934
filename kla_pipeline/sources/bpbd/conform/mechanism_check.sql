-- core.mechanism_check: one row per year, item and agency that checked it, whichever agency delivers the record; what an
-- item is stands in its code list
SELECT
    m.reference_year,
    m.item_id,
    c.attrs ->> 'phase' AS phase,
    coalesce(CAST(c.attrs ->> 'mandatory' AS BOOLEAN), FALSE) AS is_mandatory,
    CAST(c.attrs ->> 'max_age_months' AS BIGINT) AS max_age_months,
    c.attrs ->> 'owner' AS owner,
    m.verdict,
    trim(coalesce(m.doc_no, '')) <> '' AS doc_no_given,
    m.doc_date,
    -- adding months ends on the last day of the month when the day does not exist; without a number nothing is fresh
    CASE WHEN trim(coalesce(m.doc_no, '')) <> '' THEN
        CAST(m.doc_date + to_months(CAST(c.attrs ->> 'max_age_months' AS INTEGER)) AS DATE)
    END AS valid_until,
    m.checked_on,
    coalesce(m.weight, 1.0) AS weight,
    m.agency,
    [m.row_id] AS row_ids
FROM staged.mechanism_check_current AS m
LEFT JOIN meta.code AS c ON c.list = 'mechanism_item' AND c.code = m.item_id
ORDER BY m.agency, m.reference_year, m.item_id
