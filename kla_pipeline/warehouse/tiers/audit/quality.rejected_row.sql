-- one row per rejected row, masked: where it stands and why, never what it says or may mean
SELECT * EXCLUDE (raw, row_hash, hints) FROM warehouse.quality.rejected_row
