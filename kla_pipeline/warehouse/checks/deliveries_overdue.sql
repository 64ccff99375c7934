-- Deliveries that were due before the as-of date have arrived.
-- advisory
SELECT agency, record, month FROM quality.expected WHERE is_overdue
