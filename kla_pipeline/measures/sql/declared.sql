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
    area_levels VARCHAR[],
    breakdowns VARCHAR[],
    multi_breakdowns VARCHAR[]
);
CREATE OR REPLACE TEMP TABLE declared_period_type (measure_id VARCHAR, period_type VARCHAR, min_months INTEGER);
CREATE OR REPLACE TEMP TABLE declared_feed (measure_id VARCHAR, agency VARCHAR, record VARCHAR, role VARCHAR);
-- what the SQL of the measure being computed may read: its periods (cut_date = last day, or the as-of date if earlier)
-- and the parameters of its declaration
CREATE OR REPLACE TEMP TABLE measure_period (
    period_type VARCHAR, period VARCHAR, start_date DATE, end_date DATE, cut_date DATE, is_running BOOLEAN
);
CREATE OR REPLACE TEMP TABLE measure_parameter (name VARCHAR, value VARCHAR);
