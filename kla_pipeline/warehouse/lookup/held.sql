-- one row per delivery that waits for a decision before it counts
SELECT DISTINCT delivery_id FROM quality.hold
UNION
SELECT DISTINCT delivery_id FROM quality.repeat WHERE NOT is_reinstated;
