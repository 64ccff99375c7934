-- one row per service in force whose person is not in force in the roster
SELECT s.row_id
FROM staged.ppks_service_current AS s
ANTI JOIN staged.ppks_current AS p ON p.agency = s.agency AND p.ppks_no = s.ppks_no
