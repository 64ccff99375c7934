-- one row per delivery and record type that waits for a decision
SELECT h.agency, h.record, h.reason_code, h.keys_before, h.keys_withdrawn, d.delivery_label
FROM audit.quality.hold AS h
INNER JOIN audit.quality.delivery AS d ON d.delivery_id = h.delivery_id
ORDER BY h.agency, d.delivery_label, h.record
