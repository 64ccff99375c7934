-- one row per measure of the registry, whether or not it has cells in this release
SELECT * FROM release.meta.measure ORDER BY measure_id
