-- one row per rejected row, masked: where it stands, why, and what its cells look like, never what they say or may mean
SELECT r.* EXCLUDE (raw, row_hash, hints), coalesce(c.cells, MAP {}) AS cells
FROM warehouse.quality.rejected_row AS r
LEFT JOIN (
    SELECT row_id, map(list(column_name ORDER BY place), list(shape ORDER BY place)) AS cells
    FROM warehouse.quality.rejected_cell
    GROUP BY row_id
) AS c USING (row_id)
