-- one row per delivered service and delivered roster row of the person it was given to
SELECT
    s.row_id,
    p.row_id AS about_row_id
FROM delivered_ppks_service AS s
INNER JOIN delivered_ppks AS p ON p.agency = s.agency AND p.ppks_no = s.ppks_no
