-- one row per delivery held for a decision
SELECT h.delivery_id, h.agency, h.record, h.reason_code, h.keys_before, h.keys_withdrawn
FROM quality.hold AS h
ORDER BY h.agency, h.record, h.delivery_id
