-- The period of every delivery of a feed is known.
-- advisory
SELECT d.delivery_id
FROM quality.delivery AS d
INNER JOIN quality.delivery_table AS t USING (delivery_id)
INNER JOIN meta.source_feed AS f ON f.agency = t.agency AND f.record = t.record
WHERE d.period_start IS NULL
