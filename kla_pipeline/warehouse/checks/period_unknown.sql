-- The period of every table of a feed is known.
-- advisory
SELECT t.delivery_id, t.record
FROM quality.delivery_table AS t
INNER JOIN meta.source_feed AS f ON f.agency = t.agency AND f.record = t.record
WHERE t.last_month IS NULL
