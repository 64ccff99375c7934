-- No delivery waits for a decision.
-- advisory
SELECT delivery_id, record FROM quality.hold
