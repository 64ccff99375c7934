-- mart.measure as the public may see it: one row per measure and year of the jurisdiction, totals only.
-- Counts of persons are shown when n, N - n and N are each 0 or at least 5, a rate when also N is at least 10. Two variants
-- of one family must not give a small count away by difference either: the later one is then hidden. Bounds stand by the
-- same rule, each of them and what lies between them.
WITH city_year AS (
    SELECT m.*, d.family, d.disclosure_class, d.kind
    FROM mart.measure AS m
    INNER JOIN meta.measure AS d ON d.measure_id = m.measure_id
    CROSS JOIN meta.release AS r
    WHERE
        m.area_code = r.jurisdiction AND m.period_type = 'year' AND m.breakdown = ''
        -- a measure that is the task force's alone says nothing to the public, not even that it exists
        AND d.disclosure_class <> 'internal'
),

judged AS (
    SELECT
        *,
        disclosure_class = 'persons' AND status IN ('value', 'not_applicable', 'zero_reported') AND (
            coalesce(numerator > 0 AND numerator < 5, FALSE)
            OR coalesce(denominator > 0 AND denominator < 5, FALSE)
            OR coalesce(denominator - numerator > 0 AND denominator - numerator < 5, FALSE)
            OR (kind <> 'count' AND status = 'value' AND denominator < 10)
        ) AS is_small
    FROM city_year
),

differing AS (
    SELECT DISTINCT later.measure_id, later.period
    FROM judged AS later
    INNER JOIN judged AS earlier
        ON earlier.family = later.family AND earlier.period = later.period AND earlier.measure_id < later.measure_id
        AND NOT earlier.is_small
    WHERE
        later.disclosure_class = 'persons' AND later.status = 'value' AND earlier.status = 'value'
        AND (
            (abs(later.numerator - earlier.numerator) > 0 AND abs(later.numerator - earlier.numerator) < 5)
            OR (abs(later.denominator - earlier.denominator) > 0 AND abs(later.denominator - earlier.denominator) < 5)
        )
),

hidden AS (
    SELECT
        j.*,
        j.is_small OR d.measure_id IS NOT NULL AS is_suppressed,
        -- what is known so far under "insufficient" is the task force's only, and so are small companion counts
        j.is_small OR d.measure_id IS NOT NULL OR (j.disclosure_class = 'persons' AND j.status = 'insufficient')
            AS has_no_counts
    FROM judged AS j
    LEFT JOIN differing AS d ON d.measure_id = j.measure_id AND d.period = j.period
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
    CASE WHEN NOT has_no_counts THEN numerator END AS numerator,
    CASE WHEN NOT has_no_counts THEN denominator END AS denominator,
    CASE WHEN NOT is_suppressed THEN value END AS value,
    unit,
    CASE WHEN is_suppressed THEN 'suppressed' ELSE status END AS status,
    coverage,
    coverage_note,
    is_provisional,
    linkage,
    CASE WHEN NOT has_no_counts AND shows_n_bounds THEN numerator_min END AS numerator_min,
    CASE WHEN NOT has_no_counts AND shows_n_bounds THEN numerator_max END AS numerator_max,
    CASE WHEN NOT has_no_counts AND shows_denominator_bounds THEN denominator_min END AS denominator_min,
    CASE WHEN NOT has_no_counts AND shows_denominator_bounds THEN denominator_max END AS denominator_max,
    CASE
        WHEN disclosure_class = 'none' OR (NOT has_no_counts AND (unknown_count = 0 OR unknown_count >= 5))
            THEN unknown_count
    END AS unknown_count,
    flag
FROM (
    SELECT
        *,
        disclosure_class = 'none' OR (
            list_bool_and([n = 0 OR n >= 5 FOR n IN [numerator_min, numerator_max, numerator_max - numerator_min]])
            AND has_large_complements
        ) AS shows_n_bounds,
        disclosure_class = 'none' OR (
            list_bool_and(
                [n = 0 OR n >= 5 FOR n IN [denominator_min, denominator_max, denominator_max - denominator_min]]
            )
            AND has_large_complements
        ) AS shows_denominator_bounds
    FROM (
        SELECT
            *,
            -- a measure without a denominator has no complement
            coalesce(denominator_min - numerator_min = 0 OR denominator_min - numerator_min >= 5, TRUE)
                AS has_large_complements
        FROM hidden
    )
)
ORDER BY measure_id, period
