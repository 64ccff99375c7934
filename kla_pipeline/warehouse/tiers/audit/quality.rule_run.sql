-- quality.rule_run as built
SELECT * FROM warehouse.quality.rule_run
