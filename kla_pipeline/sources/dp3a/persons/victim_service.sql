-- one row per delivered service and delivered row of the victim it was given to
SELECT
    s.row_id,
    v.row_id AS about_row_id
FROM delivered_victim_service AS s
INNER JOIN delivered_violence_victim AS v
    ON v.agency = s.agency AND v.register_no = s.register_no AND v.victim_no = s.victim_no
