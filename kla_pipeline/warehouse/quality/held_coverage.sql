-- coverage by held deliveries is set apart: none of their rows are in force, so no measure may rest on their months
INSERT INTO quality.held_coverage
SELECT c.*
FROM quality.coverage AS c
SEMI JOIN quality.hold AS h ON h.delivery_id = c.delivery_id AND h.record = c.record
ORDER BY ALL;

DELETE FROM quality.coverage
WHERE EXISTS (
    SELECT 1 FROM quality.hold AS h WHERE h.delivery_id = coverage.delivery_id AND h.record = coverage.record
);
