-- one row per agency and rule with unresolved rejected rows, and one per agency over all rules: how long they have waited
-- tiers: internal, audit
CREATE TABLE quality.ageing (
    agency VARCHAR NOT NULL,
    rule_id VARCHAR,
    unresolved BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    days_0_7 BIGINT NOT NULL,
    days_8_30 BIGINT NOT NULL,
    days_31_90 BIGINT NOT NULL,
    days_over_90 BIGINT NOT NULL,
    oldest_on DATE NOT NULL
);
COMMENT ON TABLE quality.ageing IS 'Rejected rows that still wait, by the days since their file was received: per agency and rule, and per agency over all rules (rule_id NULL). A row may break several rules, so rules do not add up to the agency';
COMMENT ON COLUMN quality.ageing.agency IS 'Agency';
COMMENT ON COLUMN quality.ageing.rule_id IS 'Rule; NULL: all rows of the agency, each once';
COMMENT ON COLUMN quality.ageing.unresolved IS 'Rows in state open, sent or expired: the sum of the four bands';
COMMENT ON COLUMN quality.ageing.sent IS 'Of them, rows that were sent to the agency in a workbook';
COMMENT ON COLUMN quality.ageing.days_0_7 IS 'Rows received up to 7 days before the as-of date';
COMMENT ON COLUMN quality.ageing.days_8_30 IS 'Rows received 8 to 30 days before';
COMMENT ON COLUMN quality.ageing.days_31_90 IS 'Rows received 31 to 90 days before';
COMMENT ON COLUMN quality.ageing.days_over_90 IS 'Rows received more than 90 days before';
COMMENT ON COLUMN quality.ageing.oldest_on IS 'Day the oldest of them was received';

INSERT INTO quality.ageing
WITH waiting AS (
    SELECT
        r.row_id,
        r.agency,
        r.state,
        d.received_on,
        -- a file may be loaded with an as-of date before it was received: it is new then
        greatest(date_diff('day', d.received_on, m.as_of_date), 0) AS age
    FROM quality.rejected_row AS r
    INNER JOIN quality.delivery AS d USING (delivery_id)
    CROSS JOIN meta.release AS m
    WHERE r.state IN ('open', 'sent', 'expired')
),
by_rule AS (
    SELECT DISTINCT w.*, q.rule_id FROM waiting AS w INNER JOIN quality.reason AS q USING (row_id)
    UNION ALL
    SELECT w.*, NULL FROM waiting AS w
)
SELECT
    agency,
    rule_id,
    count(*),
    count(*) FILTER (state = 'sent'),
    count(*) FILTER (age <= 7),
    count(*) FILTER (age BETWEEN 8 AND 30),
    count(*) FILTER (age BETWEEN 31 AND 90),
    count(*) FILTER (age > 90),
    min(received_on)
FROM by_rule
GROUP BY agency, rule_id
ORDER BY agency, rule_id NULLS FIRST;
