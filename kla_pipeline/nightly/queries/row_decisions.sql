-- one row per decision about one of the asked rows, with who took it; texts of cells and notes stay in the ledger
SELECT subject AS row_id, decision_id, action, status, outcome, why, until, proposed_by, proposed_at, approved_by, approved_at
FROM quality.decision
WHERE subject IN (SELECT unnest($row_ids))
ORDER BY seq
