-- one row: how many rows and how many reasons stand behind the tables of rules
SELECT
    (SELECT count(DISTINCT row_id) FROM audit.quality.reason) AS rejected_rows,
    (SELECT count(*) FROM audit.quality.reason) AS reasons,
    (SELECT count(DISTINCT row_id) FROM audit.quality.flag) AS flagged_rows,
    (SELECT count(*) FROM audit.quality.flag) AS flags,
    (SELECT count(*) FROM audit.quality.rule) AS rules
