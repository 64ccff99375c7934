-- quality.reconciliation as built
SELECT * FROM warehouse.quality.reconciliation
