-- No delivery waits for a decision.
-- advisory
SELECT delivery_id, record FROM quality.hold
UNION ALL
SELECT delivery_id, NULL FROM quality.repeat WHERE NOT is_reinstated
