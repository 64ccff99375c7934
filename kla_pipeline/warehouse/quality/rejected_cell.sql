-- one row per raw cell of a rejected row: what it looks like, never what it says. The audit file shows it within its row
CREATE TABLE quality.rejected_cell (row_id VARCHAR NOT NULL, place INTEGER NOT NULL, column_name VARCHAR NOT NULL, shape VARCHAR NOT NULL);
COMMENT ON TABLE quality.rejected_cell IS 'One row per raw cell of a rejected row, masked';
COMMENT ON COLUMN quality.rejected_cell.row_id IS 'Row';
COMMENT ON COLUMN quality.rejected_cell.place IS 'Place of the column in its table, from 1';
COMMENT ON COLUMN quality.rejected_cell.column_name IS 'Column of the contract that the cell feeds; one that feeds none is named by its place, since an unknown header may hold anything';
COMMENT ON COLUMN quality.rejected_cell.shape IS 'empty, 16 digits (or another number of digits from 10 on), rounded number, number, date, code (a known spelling of the code list of its column) or text';
