-- Every row accepted at once, by a correction or by a release is in force, superseded, withdrawn, rejected at build or held.
SELECT agency, record FROM quality.reconciliation WHERE stage = 'build' AND difference <> 0
