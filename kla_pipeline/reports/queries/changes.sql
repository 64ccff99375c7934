-- one row per agency, record type, kind of change and column: cells that are not stored as they were written
SELECT
    c.source,
    c.agency,
    c.record,
    c.kind,
    c.column_name,
    coalesce(any_value(d.label_id), c.column_name) AS label_id,
    coalesce(any_value(d.label_en), c.column_name) AS label_en,
    sum(c.cells) AS cells,
    count(DISTINCT c.delivery_id) AS deliveries
FROM audit.quality.change AS c
LEFT JOIN audit.quality.contract_column AS d ON d.record = c.record AND d.column_name = c.column_name
GROUP BY c.source, c.agency, c.record, c.kind, c.column_name
ORDER BY c.source DESC, c.agency, c.record, sum(c.cells) DESC, c.kind, c.column_name
