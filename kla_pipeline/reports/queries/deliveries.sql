-- one row per delivery; file names stay in the warehouse, a reader knows a delivery by its label
SELECT
    agency, delivery_label, received_on, verdict, reason_code, reason_id, reason_en, layouts,
    period_start, period_end, rows_read, rows_accepted, rows_rejected, rows_set_aside,
    rows_read - rows_accepted - rows_rejected - rows_set_aside AS difference
FROM audit.quality.delivery
ORDER BY agency, received_on, delivery_label
