-- Every row of every sheet is accepted, rejected or set aside.
SELECT delivery_id, sheet FROM quality.reconciliation WHERE stage = 'staging' AND difference <> 0
