-- one row: the facts that hold for the whole release
SELECT * FROM release.meta.release
