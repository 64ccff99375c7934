-- one row per line of a file that is the asked one and no data
SELECT sheet, row_no, kind
FROM quality.set_aside
WHERE delivery_id = $delivery_id AND row_no = $row_no AND ($sheet IS NULL OR sheet = $sheet)
ORDER BY sheet
