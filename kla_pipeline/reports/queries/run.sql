-- one row: the id under which the release is published
SELECT release_id FROM release.meta.run
