-- one row per service in force whose victim is not in force in the register
SELECT s.row_id
FROM staged.victim_service_current AS s
ANTI JOIN staged.violence_victim_current AS v
    ON v.agency = s.agency AND v.register_no = s.register_no AND v.victim_no = s.victim_no
