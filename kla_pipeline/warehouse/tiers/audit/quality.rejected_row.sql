-- one row per rejected row, masked: where it stands and why, never what it says
SELECT * EXCLUDE (raw, row_hash) FROM warehouse.quality.rejected_row
