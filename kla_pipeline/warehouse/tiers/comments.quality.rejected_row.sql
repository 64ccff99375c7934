-- comments of what quality.rejected_row holds in the audit file only
COMMENT ON COLUMN quality.rejected_row.cells IS 'Column → what its raw cell looks like: empty, 16 digits (or another number of digits from 10 on), rounded number, number, date, code (known to its code list) or text';
