-- mart.measure: one row per cell. Totals exist for every area and period of a measure; rows of a breakdown or bucket only
-- where a unit stands behind them. Sums run over exact decimals, so that the order of rows cannot change them.
INSERT INTO mart.measure
WITH cell_unit AS (
    -- units that are alike are added up before they are spread over cells: a city has few kinds of them
    SELECT
        c.measure_id, c.period_type, c.period, c.area_code, c.breakdowns, c.is_counted, c.bucket,
        c.numerator, c.denominator, c.unknown,
        count(*) AS units,
        any_value(l.jurisdiction) AS jurisdiction,
        any_value(l.own_level) AS own_level,
        any_value(l.part_level) AS part_level,
        any_value(d.breakdowns) AS declared_breakdowns
    FROM mart.contribution AS c
    INNER JOIN declared_measure AS d ON d.measure_id = c.measure_id
    INNER JOIN measure_level AS l ON l.measure_id = c.measure_id
    GROUP BY
        c.measure_id, c.period_type, c.period, c.area_code, c.breakdowns, c.is_counted, c.bucket,
        c.numerator, c.denominator, c.unknown
),

-- one row per kind of unit and cell it belongs to
placed AS (
    SELECT
        measure_id, period_type, period, own_level AS area_level, jurisdiction AS area_code,
        '' AS breakdown, '' AS breakdown_value, numerator, denominator, unknown, units, breakdowns
    FROM cell_unit
    WHERE is_counted
    UNION ALL
    SELECT
        measure_id, period_type, period, part_level AS area_level, area_code,
        '' AS breakdown, '' AS breakdown_value, numerator, denominator, unknown, units, breakdowns
    FROM cell_unit
    WHERE is_counted AND part_level IS NOT NULL
    UNION ALL
    SELECT
        measure_id, period_type, period, area_level, area_code, breakdown,
        unnest(string_split(coalesce(breakdowns[breakdown], 'unknown'), '|')) AS breakdown_value,
        numerator, denominator, unknown, units, breakdowns
    FROM (
        SELECT
            measure_id, period_type, period, own_level AS area_level, jurisdiction AS area_code,
            unnest(declared_breakdowns) AS breakdown, numerator, denominator, unknown, units, breakdowns
        FROM cell_unit
        WHERE is_counted
    )
    UNION ALL
    SELECT
        measure_id, period_type, period, own_level AS area_level, jurisdiction AS area_code, 'bucket' AS breakdown,
        unnest(string_split(bucket, '|')) AS breakdown_value, numerator, denominator, unknown, units, breakdowns
    FROM cell_unit
    WHERE bucket IS NOT NULL
),

weighted AS (
    SELECT
        * EXCLUDE (numerator, denominator, unknown, units),
        units,
        numerator AS amount,
        CAST(numerator AS DECIMAL(26, 6)) * CAST(units AS DECIMAL(12, 0)) AS numerator,
        CAST(denominator AS DECIMAL(26, 6)) * CAST(units AS DECIMAL(12, 0)) AS denominator,
        CAST(unknown AS DECIMAL(26, 6)) * CAST(units AS DECIMAL(12, 0)) AS unknown
    FROM placed
),

summed AS (
    SELECT
        measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value,
        CAST(sum(units) AS BIGINT) AS units,
        CAST(sum(numerator) AS DOUBLE) AS numerator,
        CAST(sum(denominator) AS DOUBLE) AS denominator,
        CAST(sum(unknown) AS DOUBLE) AS unknown_count,
        coalesce(CAST(sum(numerator) FILTER (WHERE breakdowns['link_basis'] = 'nik') AS DOUBLE), 0)
            AS linked_numerator,
        coalesce(CAST(sum(denominator) FILTER (WHERE breakdowns['link_basis'] = 'nik') AS DOUBLE), 0)
            AS linked_denominator
    FROM weighted
    GROUP BY ALL
),

-- the amounts of known units in order, for quantiles
ordered AS (
    SELECT
        measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value,
        list(amount ORDER BY amount) AS amounts
    FROM (
        SELECT *, unnest(range(units)) AS copy
        FROM weighted
        WHERE
            denominator > 0
            AND measure_id IN (SELECT measure_id FROM declared_measure WHERE aggregate = 'quantile')
    )
    GROUP BY ALL
),

-- distinct children of each agency: however many cannot be linked, there are at least as many as the largest register
by_agency AS (
    SELECT
        measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value,
        CAST(max(numerator) AS DOUBLE) AS numerator,
        CAST(max(denominator) AS DOUBLE) AS denominator
    FROM (
        SELECT
            measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value, agency,
            sum(numerator) AS numerator,
            sum(denominator) AS denominator
        FROM (
            SELECT *, unnest(string_split(coalesce(breakdowns['agency'], 'unknown'), '|')) AS agency
            FROM weighted
            WHERE measure_id IN (SELECT measure_id FROM declared_measure WHERE linkage IS NOT NULL)
        )
        GROUP BY ALL
    )
    GROUP BY ALL
),

-- parts valid in the period, a city's two rows for places that are none, and any area a unit was counted in
part AS (
    SELECT DISTINCT s.measure_id, s.period_type, s.period, a.area_code
    FROM measure_scope AS s
    INNER JOIN measure_level AS l ON l.measure_id = s.measure_id
    INNER JOIN core.area AS a
        ON a.area_level = l.part_level AND a.parent_code = l.jurisdiction
        AND (a.valid_from IS NULL OR a.valid_from <= s.end_date)
        AND (a.valid_to IS NULL OR a.valid_to >= s.start_date)
    UNION
    SELECT s.measure_id, s.period_type, s.period, unnest(['outside', 'unknown']) AS area_code
    FROM measure_scope AS s
    INNER JOIN measure_level AS l ON l.measure_id = s.measure_id AND l.part_level = 'kecamatan'
    UNION
    SELECT measure_id, period_type, period, area_code FROM placed WHERE area_code <> (SELECT jurisdiction FROM meta.release)
),

cell AS (
    SELECT s.measure_id, s.period_type, s.period, l.own_level AS area_level, l.jurisdiction AS area_code,
        '' AS breakdown, '' AS breakdown_value
    FROM measure_scope AS s
    INNER JOIN measure_level AS l ON l.measure_id = s.measure_id
    UNION ALL
    SELECT p.measure_id, p.period_type, p.period, l.part_level AS area_level, p.area_code,
        '' AS breakdown, '' AS breakdown_value
    FROM part AS p
    INNER JOIN measure_level AS l ON l.measure_id = p.measure_id AND l.part_level IS NOT NULL
    UNION ALL
    SELECT measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value
    FROM summed
    WHERE breakdown <> ''
),

counted AS (
    SELECT
        c.*,
        d.measure_version,
        d.unit,
        d.aggregate,
        d.factor,
        d.quantile,
        d.linkage,
        coalesce(s.units, 0) AS units,
        coalesce(s.numerator, 0) AS n,
        CASE WHEN d.aggregate <> 'count' THEN coalesce(s.denominator, 0) END AS denominator,
        coalesce(s.unknown_count, 0) AS unknown_count,
        o.amounts,
        greatest(coalesce(s.linked_numerator, 0), coalesce(a.numerator, 0)) AS n_min,
        greatest(coalesce(s.linked_denominator, 0), coalesce(a.denominator, 0)) AS denominator_min,
        f.is_delivered,
        f.is_enough,
        f.is_all_nil,
        f.coverage,
        f.is_partial,
        f.is_any_delivered,
        p.is_running,
        -- a bucket is a companion count; the share of known outcomes is a condition on figures
        c.breakdown <> 'bucket' AND d.min_known IS NOT NULL AND coalesce(s.units, 0) > 0
        AND round(s.units - s.unknown_count - d.min_known * s.units, 9) < 0 AS is_too_unknown,
        -- n and N come from different tables of somebody else: where they contradict each other there is no value
        c.breakdown <> 'bucket' AND d.may_exceed
        AND coalesce(s.numerator, 0) > coalesce(s.denominator, 0) + 1e-6 AS is_excess
    FROM cell AS c
    INNER JOIN declared_measure AS d ON d.measure_id = c.measure_id
    INNER JOIN mart.period AS p ON p.period_type = c.period_type AND p.period = c.period
    INNER JOIN measure_feed AS f
        ON f.measure_id = c.measure_id AND f.period_type = c.period_type AND f.period = c.period
    LEFT JOIN summed AS s
        ON s.measure_id = c.measure_id AND s.period_type = c.period_type AND s.period = c.period
        AND s.area_level = c.area_level AND s.area_code = c.area_code
        AND s.breakdown = c.breakdown AND s.breakdown_value = c.breakdown_value
    LEFT JOIN by_agency AS a
        ON a.measure_id = c.measure_id AND a.period_type = c.period_type AND a.period = c.period
        AND a.area_level = c.area_level AND a.area_code = c.area_code
        AND a.breakdown = c.breakdown AND a.breakdown_value = c.breakdown_value
    LEFT JOIN ordered AS o
        ON o.measure_id = c.measure_id AND o.period_type = c.period_type AND o.period = c.period
        AND o.area_level = c.area_level AND o.area_code = c.area_code
        AND o.breakdown = c.breakdown AND o.breakdown_value = c.breakdown_value
),

judged AS (
    SELECT
        *,
        CASE
            WHEN NOT is_delivered THEN 'not_reported'
            WHEN NOT is_enough THEN 'insufficient'
            WHEN is_too_unknown THEN 'insufficient'
            WHEN is_excess THEN 'insufficient'
            WHEN aggregate = 'count' THEN CASE WHEN n = 0 THEN 'zero_reported' ELSE 'value' END
            WHEN denominator = 0 THEN CASE WHEN is_all_nil AND units = 0 THEN 'zero_reported' ELSE 'not_applicable' END
            -- existence: one item that fails decides; only then do unchecked items leave it open
            WHEN aggregate = 'all' AND denominator - n - unknown_count <= 0 AND unknown_count > 0 THEN 'insufficient'
            ELSE 'value'
        END AS status,
        -- linear interpolation between order statistics, as quantile_cont
        1 + CAST(floor(quantile * (len(amounts) - 1)) AS BIGINT) AS lower_rank
    FROM counted
)

SELECT
    measure_id,
    measure_version,
    area_level,
    area_code,
    period_type,
    period,
    breakdown,
    breakdown_value,
    CASE WHEN status <> 'not_reported' THEN n END AS numerator,
    CASE WHEN status <> 'not_reported' THEN denominator END AS denominator,
    CASE
        WHEN status = 'zero_reported' AND aggregate = 'count' THEN 0.0
        WHEN status <> 'value' THEN NULL
        WHEN aggregate = 'count' THEN factor * n
        WHEN aggregate = 'ratio' THEN factor * n / denominator
        WHEN aggregate = 'all' THEN CASE WHEN n = denominator THEN 1.0 ELSE 0.0 END
        WHEN aggregate = 'quantile' THEN factor * (
            amounts[lower_rank]
            + (quantile * (len(amounts) - 1) - (lower_rank - 1))
            * (coalesce(amounts[lower_rank + 1], amounts[lower_rank]) - amounts[lower_rank])
        )
    END AS value,
    unit,
    status,
    coverage,
    -- nothing of nothing is no part
    CASE
        WHEN NOT is_any_delivered AND is_partial THEN 'none'
        WHEN is_partial THEN 'partial'
        ELSE 'complete'
    END AS coverage_note,
    is_running AS is_provisional,
    linkage,
    CASE WHEN linkage IS NOT NULL AND status <> 'not_reported' THEN n_min END AS numerator_min,
    CASE WHEN linkage IS NOT NULL AND status <> 'not_reported' THEN n END AS numerator_max,
    CASE WHEN linkage IS NOT NULL AND status <> 'not_reported' THEN denominator_min END AS denominator_min,
    CASE WHEN linkage IS NOT NULL AND status <> 'not_reported' THEN denominator END AS denominator_max,
    CASE WHEN status <> 'not_reported' THEN unknown_count END AS unknown_count,
    CASE WHEN status <> 'not_reported' AND is_excess THEN 'exceeds_denominator' END AS flag
FROM judged
-- where a required feed sent nothing there is nothing to break down
WHERE breakdown = '' OR status <> 'not_reported'
ORDER BY measure_id, period_type, period, area_level, area_code, breakdown, breakdown_value
