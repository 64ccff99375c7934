-- measure_scope: one row per measure and period it is computed for, from the first covered year of its required feeds;
-- a measure none of whose feeds ever came is shown as not reported for the years in which anything came
CREATE OR REPLACE TEMP TABLE measure_scope AS
WITH first_year AS (
    SELECT m.measure_id, min(year(c.month)) AS value
    FROM declared_measure AS m
    LEFT JOIN declared_feed AS f ON f.measure_id = m.measure_id AND f.role = 'required'
    LEFT JOIN quality.coverage AS c ON c.agency = f.agency AND c.record = f.record
    GROUP BY m.measure_id
),

first_reported AS (
    -- measures of the pipeline itself have no feed: they start with the first month any file was due or made for, which
    -- is later than the first month of a national event list that reaches back
    SELECT min(year(month)) AS value
    FROM (
        SELECT month FROM quality.expected
        UNION ALL
        SELECT max(month) AS month FROM quality.coverage GROUP BY delivery_id
    )
)

SELECT
    t.measure_id,
    t.min_months,
    p.*,
    least(p.end_date, r.as_of_date) AS cut_date
FROM declared_period_type AS t
INNER JOIN first_year AS f ON f.measure_id = t.measure_id
CROSS JOIN first_reported AS e
CROSS JOIN meta.release AS r
INNER JOIN mart.period AS p
    ON p.period_type = t.period_type
    AND year(p.start_date) >= coalesce(f.value, e.value, year(r.as_of_date));

-- measure_feed: one row per measure and period: what its required feeds delivered, and whether that is enough
CREATE OR REPLACE TEMP TABLE measure_feed AS
WITH month_state AS (
    -- several deliveries may cover a month: nil only when all of them say so
    SELECT agency, record, month, bool_and(is_nil) AS is_nil FROM quality.coverage GROUP BY agency, record, month
),

delivered AS (
    SELECT
        s.measure_id,
        s.period_type,
        s.period,
        f.role,
        f.agency,
        f.record,
        any_value(s.min_months) AS min_months,
        any_value(date_diff('month', s.start_date, s.end_date) + 1) AS total_months,
        any_value(
            CASE
                WHEN s.is_running THEN date_diff('month', s.start_date, r.as_of_date)
                ELSE date_diff('month', s.start_date, s.end_date) + 1
            END
        ) AS ended_months,
        count(m.month) AS delivered_months,
        count(m.month) FILTER (WHERE last_day(m.month) < r.as_of_date) AS delivered_ended,
        count(m.month) FILTER (WHERE m.is_nil) AS nil_months
    FROM measure_scope AS s
    INNER JOIN declared_feed AS f ON f.measure_id = s.measure_id AND f.role <> 'optional'
    CROSS JOIN meta.release AS r
    LEFT JOIN month_state AS m
        ON m.agency = f.agency AND m.record = f.record AND m.month BETWEEN s.start_date AND s.cut_date
    GROUP BY s.measure_id, s.period_type, s.period, f.role, f.agency, f.record
),

feed AS (
    SELECT
        *,
        delivered_months > 0 AS has_delivery,
        CASE
            WHEN delivered_months = 0 THEN 0.0
            -- a yearly form is complete when it came
            WHEN min_months = 0 OR ended_months = 0 THEN 1.0
            ELSE delivered_ended / ended_months
        END AS coverage,
        -- of a running period the share of its ended months is judged: 11 of 12 is then every month
        delivered_months > 0 AND delivered_ended * total_months >= min_months * ended_months AS is_enough,
        delivered_months > 0 AND nil_months = delivered_months AND delivered_ended = ended_months AS is_all_nil
    FROM delivered
)

SELECT
    s.measure_id,
    s.period_type,
    s.period,
    CASE d.feed_mode
        WHEN 'all' THEN coalesce(bool_and(f.has_delivery) FILTER (WHERE f.role = 'required'), TRUE)
        ELSE coalesce(bool_or(f.has_delivery) FILTER (WHERE f.role = 'required'), TRUE)
    END AS is_delivered,
    CASE d.feed_mode
        WHEN 'all' THEN coalesce(bool_and(f.is_enough) FILTER (WHERE f.role = 'required'), TRUE)
        ELSE coalesce(bool_or(f.is_enough) FILTER (WHERE f.role = 'required'), TRUE)
    END AS is_enough,
    coalesce(
        bool_and(f.is_all_nil) FILTER (WHERE f.role = 'required' AND (d.feed_mode = 'all' OR f.has_delivery)), FALSE
    ) AS is_all_nil,
    CASE d.feed_mode
        WHEN 'all' THEN coalesce(min(f.coverage) FILTER (WHERE f.role = 'required'), 1.0)
        ELSE coalesce(max(f.coverage) FILTER (WHERE f.role = 'required'), 1.0)
    END AS coverage,
    coalesce(bool_or(f.has_delivery), FALSE) AS is_any_delivered,
    coalesce(bool_or(NOT f.has_delivery OR (f.role = 'required' AND f.coverage < 1.0)), FALSE) AS is_partial
FROM measure_scope AS s
INNER JOIN declared_measure AS d ON d.measure_id = s.measure_id
LEFT JOIN feed AS f ON f.measure_id = s.measure_id AND f.period_type = s.period_type AND f.period = s.period
GROUP BY s.measure_id, s.period_type, s.period, d.feed_mode
