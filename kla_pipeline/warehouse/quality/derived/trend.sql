-- one row per delivery and record type: its rows and the share rejected, against the six deliveries of them before
-- tiers: internal, audit
CREATE TABLE quality.trend (
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    delivered_on DATE NOT NULL,
    last_month DATE,
    sort_no INTEGER NOT NULL,
    is_latest BOOLEAN NOT NULL,
    data_rows BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    rejected_pct DOUBLE,
    before_deliveries BIGINT NOT NULL,
    before_rows BIGINT NOT NULL,
    before_rejected BIGINT NOT NULL,
    before_rejected_pct DOUBLE,
    difference_points DOUBLE,
    rejected_place VARCHAR NOT NULL,
    rows_place VARCHAR NOT NULL
);
COMMENT ON TABLE quality.trend IS 'One row per delivery and record type, set against up to six deliveries of the same agency and record type before it, in the order in which deliveries replace each other';
COMMENT ON COLUMN quality.trend.agency IS 'Agency';
COMMENT ON COLUMN quality.trend.record IS 'Record type';
COMMENT ON COLUMN quality.trend.delivery_id IS 'Delivery';
COMMENT ON COLUMN quality.trend.delivered_on IS 'Day that timeliness is judged by';
COMMENT ON COLUMN quality.trend.last_month IS 'Last month it covers';
COMMENT ON COLUMN quality.trend.sort_no IS 'Order in which deliveries replace each other';
COMMENT ON COLUMN quality.trend.is_latest IS 'The latest delivery of this agency and record type';
COMMENT ON COLUMN quality.trend.data_rows IS 'Data rows: accepted and rejected when it was read';
COMMENT ON COLUMN quality.trend.rejected IS 'Rows rejected when it was read';
COMMENT ON COLUMN quality.trend.rejected_pct IS 'Rejected of the data rows, in percent; NULL for a nil report';
COMMENT ON COLUMN quality.trend.before_deliveries IS 'Deliveries before it that it is set against, six at most; 0: nothing to compare';
COMMENT ON COLUMN quality.trend.before_rows IS 'Their data rows together';
COMMENT ON COLUMN quality.trend.before_rejected IS 'Their rejected rows together';
COMMENT ON COLUMN quality.trend.before_rejected_pct IS 'Rejected of their data rows together, in percent';
COMMENT ON COLUMN quality.trend.difference_points IS 'rejected_pct minus before_rejected_pct, in percentage points';
COMMENT ON COLUMN quality.trend.rejected_place IS 'below, within or above the shares of the deliveries before it; first: nothing to compare';
COMMENT ON COLUMN quality.trend.rows_place IS 'below, within or above the numbers of data rows of the deliveries before it; first: nothing to compare';

INSERT INTO quality.trend
WITH judged AS (
    SELECT delivery_id, record, sum(accepted + rejected) AS data_rows, sum(rejected) AS rejected
    FROM quality.reconciliation
    WHERE stage = 'staging' AND record IS NOT NULL
    GROUP BY delivery_id, record
),
delivered AS (
    SELECT
        t.agency,
        t.record,
        t.delivery_id,
        d.delivered_on,
        max(t.last_month) AS last_month,
        d.sort_no,
        any_value(j.data_rows) AS data_rows,
        any_value(j.rejected) AS rejected,
        any_value(if(j.data_rows = 0, NULL, 100.0 * j.rejected / j.data_rows)) AS pct
    FROM quality.delivery_table AS t
    INNER JOIN quality.delivery AS d USING (delivery_id)
    INNER JOIN judged AS j USING (delivery_id, record)
    GROUP BY t.agency, t.record, t.delivery_id, d.delivered_on, d.sort_no
),
compared AS (
    SELECT
        *,
        sort_no = max(sort_no) OVER (PARTITION BY agency, record) AS is_latest,
        count(*) OVER before AS before_deliveries,
        coalesce(sum(data_rows) OVER before, 0) AS before_rows,
        coalesce(sum(rejected) OVER before, 0) AS before_rejected,
        min(pct) OVER before AS lowest_pct,
        max(pct) OVER before AS highest_pct,
        min(data_rows) OVER before AS fewest,
        max(data_rows) OVER before AS most
    FROM delivered
    WINDOW before AS (PARTITION BY agency, record ORDER BY sort_no ROWS BETWEEN 6 PRECEDING AND 1 PRECEDING)
),
shared AS (
    SELECT *, if(before_rows = 0, NULL, 100.0 * before_rejected / before_rows) AS before_pct FROM compared
)
SELECT
    agency,
    record,
    delivery_id,
    delivered_on,
    last_month,
    sort_no,
    is_latest,
    data_rows,
    rejected,
    pct,
    before_deliveries,
    before_rows,
    before_rejected,
    before_pct,
    pct - before_pct,
    CASE
        WHEN pct IS NULL OR lowest_pct IS NULL THEN 'first'
        WHEN pct < lowest_pct THEN 'below'
        WHEN pct > highest_pct THEN 'above'
        ELSE 'within'
    END,
    CASE
        WHEN fewest IS NULL THEN 'first'
        WHEN data_rows < fewest THEN 'below'
        WHEN data_rows > most THEN 'above'
        ELSE 'within'
    END
FROM shared
ORDER BY agency, record, sort_no;
