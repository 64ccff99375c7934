-- one row per table of a delivery and rule that was meant to run over it or did; of a refused delivery one row with the
-- rule about files that refused it. What is meant comes from the declarations, what ran from where the rules run
-- tiers: internal, audit
CREATE TABLE quality.rule_coverage (
    delivery_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    table_no INTEGER,
    record VARCHAR,
    rule_id VARCHAR NOT NULL,
    scope VARCHAR,
    is_intended BOOLEAN NOT NULL,
    is_executed BOOLEAN NOT NULL,
    rows_judged BIGINT,
    rows_failed BIGINT
);
COMMENT ON TABLE quality.rule_coverage IS 'One row per table of a delivery and rule: whether it was meant to run and whether it ran. Of a refused delivery only the rule about files that refused it: its rows were judged by none';
COMMENT ON COLUMN quality.rule_coverage.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.rule_coverage.agency IS 'Agency';
COMMENT ON COLUMN quality.rule_coverage.table_no IS 'Number of the table in the delivery; NULL for a rule about files';
COMMENT ON COLUMN quality.rule_coverage.record IS 'Record type; NULL for a rule about files';
COMMENT ON COLUMN quality.rule_coverage.rule_id IS 'Rule';
COMMENT ON COLUMN quality.rule_coverage.scope IS 'file, row, delivery or history; NULL for a rule that nobody declared';
COMMENT ON COLUMN quality.rule_coverage.is_intended IS 'Whether the declarations say that the rule judges this table';
COMMENT ON COLUMN quality.rule_coverage.is_executed IS 'Whether the rule ran over it';
COMMENT ON COLUMN quality.rule_coverage.rows_judged IS 'Rows it judged: all data rows, of a history rule those in force; NULL for a rule about files and one that did not run';
COMMENT ON COLUMN quality.rule_coverage.rows_failed IS 'Rows that break it, before decisions';

INSERT INTO quality.rule_coverage
WITH intended AS (
    SELECT t.delivery_id, t.agency, t.table_no, t.record, r.rule_id, r.scope
    FROM quality.delivery_table AS t
    INNER JOIN quality.rule AS r ON r.record = t.record
),
by_table AS (
    SELECT
        coalesce(i.delivery_id, e.delivery_id) AS delivery_id,
        coalesce(i.agency, e.agency) AS agency,
        coalesce(i.table_no, e.table_no) AS table_no,
        coalesce(i.record, e.record) AS record,
        coalesce(i.rule_id, e.rule_id) AS rule_id,
        i.scope,
        i.rule_id IS NOT NULL AS is_intended,
        e.rule_id IS NOT NULL AS is_executed,
        e.rows_judged,
        e.rows_failed
    FROM intended AS i
    FULL JOIN quality.rule_run AS e
        ON e.delivery_id = i.delivery_id AND e.table_no = i.table_no AND e.rule_id = i.rule_id
),
by_file AS (
    SELECT
        d.delivery_id,
        d.agency,
        CAST(NULL AS INTEGER),
        CAST(NULL AS VARCHAR),
        'file.' || d.reason_code,
        r.scope,
        r.rule_id IS NOT NULL,
        TRUE,
        CAST(NULL AS BIGINT),
        CAST(NULL AS BIGINT)
    FROM quality.delivery AS d
    LEFT JOIN quality.rule AS r ON r.rule_id = 'file.' || d.reason_code
    WHERE d.verdict = 'refused'
)
SELECT * FROM by_table
UNION ALL
SELECT * FROM by_file
ORDER BY ALL;
