-- one row per feed and month owed: from the month (yearly feed: the year) before the feed's first delivery, or the first
-- month covered, if later, to the last month that has ended by the as-of date. A cumulative file that reaches back is not
-- late for the past. A held delivery was sent, so it counts for timeliness.
INSERT INTO quality.expected
WITH as_of AS (
    SELECT as_of_date FROM meta.release
),
feed AS (
    SELECT agency, record, cadence, due_day FROM meta.source_feed WHERE record IS NOT NULL
),
covered AS (
    SELECT agency, record, month, min(delivered_on) AS delivered_on
    FROM (FROM quality.coverage UNION ALL FROM quality.held_coverage)
    GROUP BY ALL
),
first_seen AS (
    SELECT
        agency,
        record,
        greatest(
            min(month),
            CAST(
                date_trunc('month', min(delivered_on))
                - if(any_value(feed.cadence) = 'yearly', INTERVAL 1 YEAR, INTERVAL 1 MONTH) AS DATE
            )
        ) AS first_month
    FROM covered
    INNER JOIN feed USING (agency, record)
    GROUP BY agency, record
),
owed AS (
    SELECT
        feed.agency,
        feed.record,
        feed.cadence,
        feed.due_day,
        CAST(unnest(generate_series(
            -- a feed that never came is owed for the last ended month (year), so that it shows as overdue
            coalesce(
                CAST(date_trunc(if(feed.cadence = 'yearly', 'year', 'month'), first_seen.first_month) AS DATE),
                CAST(date_trunc(if(feed.cadence = 'yearly', 'year', 'month'), as_of.as_of_date)
                    - if(feed.cadence = 'yearly', INTERVAL 1 YEAR, INTERVAL 1 MONTH) AS DATE)
            ),
            as_of.as_of_date,
            INTERVAL 1 MONTH
        )) AS DATE) AS month
    FROM feed
    CROSS JOIN as_of
    LEFT JOIN first_seen USING (agency, record)
    CROSS JOIN meta.release AS r
    -- the registers are a city's: a province, whose code has no point, owes a feed only once it has sent it
    WHERE contains(r.jurisdiction, '.') OR first_seen.first_month IS NOT NULL
),
due AS (
    SELECT
        agency,
        record,
        month,
        -- the day of the following month, or its last day where that day does not exist
        CAST(least(
            month + INTERVAL 1 MONTH + to_days(due_day - 1),
            month + INTERVAL 2 MONTH - INTERVAL 1 DAY
        ) AS DATE) AS due_date
    FROM owed
    CROSS JOIN as_of
    WHERE month + INTERVAL 1 MONTH <= as_of.as_of_date
      AND (cadence = 'monthly' OR month(month) = 12)
)
SELECT
    due.agency,
    due.record,
    due.month,
    due.due_date,
    covered.delivered_on,
    coalesce(covered.delivered_on <= due.due_date, FALSE),
    covered.delivered_on IS NULL AND due.due_date < as_of.as_of_date
FROM due
CROSS JOIN as_of
LEFT JOIN covered USING (agency, record, month)
ORDER BY ALL;
