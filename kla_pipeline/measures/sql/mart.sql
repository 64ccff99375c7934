-- mart.period: one row per period; mart.contribution: one row per unit and period of a measure;
-- mart.measure: one row per cell (measure, area, period, breakdown value)
DROP TABLE IF EXISTS mart.period;
CREATE TABLE mart.period (
    period_type VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    is_running BOOLEAN NOT NULL
);
COMMENT ON TABLE mart.period IS 'Years, quarters and months from the first one anything covers to the as-of date.';
COMMENT ON COLUMN mart.period.period_type IS 'year, quarter or month.';
COMMENT ON COLUMN mart.period.period IS '2025, 2025-Q1 or 2025-01.';
COMMENT ON COLUMN mart.period.start_date IS 'First day.';
COMMENT ON COLUMN mart.period.end_date IS 'Last day.';
COMMENT ON COLUMN mart.period.is_running IS 'True until the as-of date is later than the last day: a night that starts on the last day does not know it yet.';

DROP TABLE IF EXISTS mart.contribution;
CREATE TABLE mart.contribution (
    measure_id VARCHAR NOT NULL,
    unit_type VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period_type VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    breakdowns MAP(VARCHAR, VARCHAR) NOT NULL,
    numerator DOUBLE NOT NULL,
    denominator DOUBLE,
    unknown DOUBLE NOT NULL,
    is_counted BOOLEAN NOT NULL,
    bucket VARCHAR,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE mart.contribution IS 'What each unit (child, case, event, post, item, delivery) adds to a measure in a period, and the staged rows it rests on.';
COMMENT ON COLUMN mart.contribution.measure_id IS 'Measure.';
COMMENT ON COLUMN mart.contribution.unit_type IS 'What the unit is.';
COMMENT ON COLUMN mart.contribution.unit_id IS 'Pseudonym or key of the unit; never an identity.';
COMMENT ON COLUMN mart.contribution.area_code IS 'Area it is counted in: kecamatan, the jurisdiction, outside or unknown.';
COMMENT ON COLUMN mart.contribution.period_type IS 'year, quarter or month.';
COMMENT ON COLUMN mart.contribution.period IS 'Period.';
COMMENT ON COLUMN mart.contribution.breakdowns IS 'Breakdown values by name; several values of one unit are joined by |.';
COMMENT ON COLUMN mart.contribution.numerator IS 'Amount added to the numerator.';
COMMENT ON COLUMN mart.contribution.denominator IS 'Amount added to the denominator; NULL for counts.';
COMMENT ON COLUMN mart.contribution.unknown IS '1 when what decides this unit is unknown.';
COMMENT ON COLUMN mart.contribution.is_counted IS 'False: set apart, in no total; bucket says why and the amounts what it would have added.';
COMMENT ON COLUMN mart.contribution.bucket IS 'Why it is set apart, or flags of a counted unit, joined by |.';
COMMENT ON COLUMN mart.contribution.row_ids IS 'Staged rows it rests on; the first part of their ids alone where a delivery counts as a whole.';

DROP TABLE IF EXISTS mart.measure;
CREATE TABLE mart.measure (
    measure_id VARCHAR NOT NULL,
    measure_version VARCHAR NOT NULL,
    area_level VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    period_type VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    breakdown VARCHAR NOT NULL,
    breakdown_value VARCHAR NOT NULL,
    numerator DOUBLE,
    denominator DOUBLE,
    value DOUBLE,
    unit VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    coverage DOUBLE,
    coverage_note VARCHAR NOT NULL,
    is_provisional BOOLEAN NOT NULL,
    linkage VARCHAR,
    numerator_min DOUBLE,
    numerator_max DOUBLE,
    denominator_min DOUBLE,
    denominator_max DOUBLE,
    unknown_count DOUBLE,
    flag VARCHAR
);
COMMENT ON TABLE mart.measure IS 'Every measure in every cell, with its status; a null value is explained by the status.';
COMMENT ON COLUMN mart.measure.measure_id IS 'Measure (meta.measure).';
COMMENT ON COLUMN mart.measure.measure_version IS 'Version of its definition.';
COMMENT ON COLUMN mart.measure.area_level IS 'Level of the jurisdiction (district or province) or of its parts (kecamatan or district, outside and unknown included).';
COMMENT ON COLUMN mart.measure.area_code IS 'Kemendagri code, outside or unknown.';
COMMENT ON COLUMN mart.measure.period_type IS 'year, quarter or month.';
COMMENT ON COLUMN mart.measure.period IS 'Period.';
COMMENT ON COLUMN mart.measure.breakdown IS 'Name of the breakdown; empty for the total; bucket for units set apart or flagged.';
COMMENT ON COLUMN mart.measure.breakdown_value IS 'Value of the breakdown; empty for the total.';
COMMENT ON COLUMN mart.measure.numerator IS 'n. For durations the sum of days.';
COMMENT ON COLUMN mart.measure.denominator IS 'N; NULL for counts.';
COMMENT ON COLUMN mart.measure.value IS 'Value in the unit; NULL unless the status says there is one.';
COMMENT ON COLUMN mart.measure.unit IS 'Unit of the value.';
COMMENT ON COLUMN mart.measure.status IS 'value, zero_reported, not_applicable, not_reported, insufficient; suppressed only in published tables.';
COMMENT ON COLUMN mart.measure.coverage IS 'Delivered share of the ended months of the period, 0 to 1: of the weakest required feed, or the best where one is enough.';
COMMENT ON COLUMN mart.measure.coverage_note IS 'complete; partial when a month or an expected feed is missing; none when no feed sent anything.';
COMMENT ON COLUMN mart.measure.is_provisional IS 'The period is still running.';
COMMENT ON COLUMN mart.measure.linkage IS 'nik when children are linked over agencies by NIK; NULL where units are not children.';
COMMENT ON COLUMN mart.measure.numerator_min IS 'Lower bound of n if children who cannot be linked were duplicates.';
COMMENT ON COLUMN mart.measure.numerator_max IS 'Upper bound of n: every child who cannot be linked counted as its own.';
COMMENT ON COLUMN mart.measure.denominator_min IS 'Lower bound of N, likewise.';
COMMENT ON COLUMN mart.measure.denominator_max IS 'Upper bound of N, likewise.';
COMMENT ON COLUMN mart.measure.unknown_count IS 'Units whose deciding fact is unknown.';
COMMENT ON COLUMN mart.measure.flag IS 'exceeds_denominator: n is greater than N in the tables of the source, so there is no value; NULL otherwise.';
