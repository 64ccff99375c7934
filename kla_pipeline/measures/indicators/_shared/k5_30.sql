-- one row per applicable item of the checklist (mandatory items only for "exists") and year that any agency checked
WITH checked_year AS (
    SELECT DISTINCT p.period_type, p.period, p.start_date, p.end_date, p.cut_date, m.reference_year
    FROM measure_period AS p
    INNER JOIN core.mechanism_check AS m ON p.period_type = 'year' AND m.reference_year = year(p.start_date)
),

-- of two agencies' verdicts on one item the later check counts; "unchecked" never replaces a check
delivered AS (
    SELECT *
    FROM core.mechanism_check
    QUALIFY row_number() OVER (
        PARTITION BY reference_year, item_id
        ORDER BY verdict = 'unchecked', checked_on DESC NULLS LAST, agency
    ) = 1
),

-- CD06 is computed where the event list was delivered: share of events with displaced people that count children
displaced AS (
    SELECT
        y.reference_year,
        count(e.event_id) AS events,
        count(e.event_id) FILTER (WHERE e.has_child_counts) AS with_child_counts,
        flatten(list(e.row_ids) FILTER (WHERE e.event_id IS NOT NULL)) AS row_ids
    FROM checked_year AS y
    LEFT JOIN core.disaster_event AS e
        ON e.event_date BETWEEN y.start_date AND y.cut_date AND e.affected_displaced > 0
    WHERE EXISTS (
        SELECT 1 FROM quality.coverage AS c
        WHERE c.record = 'disaster_event' AND c.month BETWEEN y.start_date AND y.end_date
    )
    GROUP BY y.reference_year
),

computed AS (
    SELECT
        reference_year,
        'CD06' AS item_id,
        CASE
            WHEN events = 0 THEN 'not_applicable'
            WHEN with_child_counts >= 0.8 * events THEN 'yes'
            WHEN with_child_counts > 0 THEN 'partial'
            ELSE 'no'
        END AS verdict,
        coalesce(row_ids, []) AS row_ids
    FROM displaced
),

item AS (
    SELECT
        y.period_type,
        y.period,
        i.code AS item_id,
        i.attrs ->> 'phase' AS phase,
        CAST(i.attrs ->> 'mandatory' AS BOOLEAN) AS is_mandatory,
        -- an item without a row was not checked, which is not a "no"
        coalesce(c.verdict, d.verdict, 'unchecked') AS verdict,
        c.verdict IS NOT NULL OR coalesce(y.cut_date <= d.valid_until, FALSE) AS is_fresh,
        coalesce(d.weight, 1.0) AS weight,
        coalesce(c.row_ids, d.row_ids, []) AS row_ids
    FROM checked_year AS y
    INNER JOIN meta.code AS i ON i.list = 'mechanism_item'
    LEFT JOIN delivered AS d ON d.reference_year = y.reference_year AND d.item_id = i.code
    LEFT JOIN computed AS c ON c.reference_year = y.reference_year AND c.item_id = i.code
),

judged AS (
    SELECT
        *,
        verdict = 'unchecked' AS is_unchecked,
        verdict IN ('yes', 'partial') AND NOT is_fresh AS is_expired,
        CASE WHEN NOT is_fresh THEN 0.0 WHEN verdict = 'yes' THEN 1.0 WHEN verdict = 'partial' THEN 0.5 ELSE 0.0 END
            AS credit,
        (SELECT value FROM measure_parameter WHERE name = 'figure') AS figure
    FROM item
    WHERE verdict <> 'not_applicable'
)

SELECT
    'mechanism_item' AS unit_type,
    j.item_id AS unit_id,
    r.jurisdiction AS area_code,
    j.period_type,
    j.period,
    MAP {'phase': j.phase, 'item': j.item_id, 'verdict': CASE WHEN j.is_expired THEN 'expired' ELSE j.verdict END}
        AS breakdowns,
    CASE j.figure
        WHEN 'exists' THEN CASE WHEN j.credit = 1.0 THEN 1.0 ELSE 0.0 END
        WHEN 'score' THEN CASE WHEN j.is_unchecked THEN 0.0 ELSE j.weight * j.credit END
        WHEN 'coverage' THEN CASE WHEN j.is_unchecked THEN 0.0 ELSE 1.0 END
    END AS numerator,
    CASE WHEN j.figure = 'score' THEN CASE WHEN j.is_unchecked THEN 0.0 ELSE j.weight END ELSE 1.0 END AS denominator,
    CASE WHEN j.is_unchecked THEN 1 ELSE 0 END AS unknown,
    TRUE AS is_counted,
    nullif(
        concat_ws('|', CASE WHEN j.is_expired THEN 'expired' END, CASE WHEN j.is_unchecked THEN 'unchecked' END), ''
    ) AS bucket,
    j.row_ids
FROM judged AS j
CROSS JOIN meta.release AS r
WHERE j.figure <> 'exists' OR j.is_mandatory
