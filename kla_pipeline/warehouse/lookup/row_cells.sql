-- one row per cell of a row in quarantine: what it looks like, not what it says
SELECT column_name, shape FROM quality.rejected_cell WHERE row_id = $row_id ORDER BY place;
