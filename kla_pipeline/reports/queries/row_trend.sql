-- one row per delivery and record type, of the latest seven of each agency and record type, oldest first
SELECT t.*, d.delivery_label
FROM audit.quality.trend AS t
INNER JOIN audit.quality.delivery AS d USING (delivery_id)
QUALIFY row_number() OVER (PARTITION BY t.agency, t.record ORDER BY t.sort_no DESC) <= 7
ORDER BY t.agency, t.record, t.sort_no
