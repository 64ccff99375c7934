-- one row per refused delivery, without its file name
SELECT delivery_label, agency, reason_code, reason_id, reason_en
FROM quality.delivery
WHERE verdict = 'refused'
ORDER BY agency, delivery_label
