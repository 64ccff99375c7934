-- one row per delivery that the release was built from: its label, first hash and rows
SELECT delivery_label, delivery_id AS sha256, agency, received_on, verdict, rows_read, rows_accepted, rows_rejected
FROM quality.delivery
ORDER BY agency, received_on, delivery_label, delivery_id
