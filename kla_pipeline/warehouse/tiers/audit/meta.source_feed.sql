-- meta.source_feed as built
SELECT * FROM warehouse.meta.source_feed
