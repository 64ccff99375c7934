-- working tables of one build: what the registry declares, in the shape the other models join
CREATE OR REPLACE TEMP TABLE declared_measure (
    measure_id VARCHAR,
    measure_version VARCHAR,
    kind VARCHAR,
    unit VARCHAR,
    aggregate VARCHAR,
    quantile DOUBLE,
    factor DOUBLE,
    min_known DOUBLE,
    feed_mode VARCHAR,
    linkage VARCHAR,
    may_exceed BOOLEAN,
    area_levels VARCHAR[],
    breakdowns VARCHAR[],
    multi_breakdowns VARCHAR[]
);
-- the jurisdiction's own level and the one of its parts, by the shape of its code: 32 is a province, 36.73 a district. A
-- measure has parts where it declares both levels, so that a city's measure adds no districts to a province's
CREATE OR REPLACE TEMP VIEW measure_level AS
SELECT
    m.measure_id,
    l.jurisdiction,
    l.own_level,
    CASE
        WHEN list_contains(m.area_levels, l.own_level) AND list_contains(m.area_levels, l.part_level) THEN l.part_level
    END AS part_level
FROM declared_measure AS m
CROSS JOIN (
    SELECT
        jurisdiction,
        CASE WHEN contains(jurisdiction, '.') THEN 'district' ELSE 'province' END AS own_level,
        CASE WHEN contains(jurisdiction, '.') THEN 'kecamatan' ELSE 'district' END AS part_level
    FROM meta.release
) AS l;
CREATE OR REPLACE TEMP TABLE declared_period_type (measure_id VARCHAR, period_type VARCHAR, min_months INTEGER);
CREATE OR REPLACE TEMP TABLE declared_feed (measure_id VARCHAR, agency VARCHAR, record VARCHAR, role VARCHAR);
-- what the SQL of the measure being computed may read: its periods (cut_date = last day, or the as-of date if earlier)
-- and the parameters of its declaration
CREATE OR REPLACE TEMP TABLE measure_period (
    period_type VARCHAR, period VARCHAR, start_date DATE, end_date DATE, cut_date DATE, is_running BOOLEAN
);
CREATE OR REPLACE TEMP TABLE measure_parameter (name VARCHAR, value VARCHAR);
