-- meta.measure: one row per measure of the registry, as declared when the release was built
CREATE TABLE meta.measure (
    measure_id VARCHAR NOT NULL,
    measure_version VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    name_id VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    legal_source VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    unit_en VARCHAR NOT NULL,
    numerator_id VARCHAR NOT NULL,
    numerator_en VARCHAR NOT NULL,
    denominator_id VARCHAR NOT NULL,
    denominator_en VARCHAR NOT NULL,
    area_levels VARCHAR[] NOT NULL,
    period_types VARCHAR[] NOT NULL,
    breakdowns VARCHAR[] NOT NULL,
    multi_breakdowns VARCHAR[] NOT NULL,
    feeds_required VARCHAR[] NOT NULL,
    feeds_optional VARCHAR[] NOT NULL,
    feeds_expected_absent VARCHAR[] NOT NULL,
    feed_mode VARCHAR NOT NULL,
    min_months MAP(VARCHAR, INTEGER) NOT NULL,
    min_known DOUBLE,
    aggregate VARCHAR NOT NULL,
    quantile DOUBLE,
    factor DOUBLE NOT NULL,
    linkage VARCHAR,
    may_exceed BOOLEAN NOT NULL,
    direction VARCHAR NOT NULL,
    official_target DOUBLE,
    norm DOUBLE,
    kodref_code VARCHAR,
    exclusions_id VARCHAR NOT NULL,
    exclusions_en VARCHAR NOT NULL,
    null_rules_id VARCHAR NOT NULL,
    null_rules_en VARCHAR NOT NULL,
    interpretation_id VARCHAR NOT NULL,
    interpretation_en VARCHAR NOT NULL,
    readings_id VARCHAR[] NOT NULL,
    readings_en VARCHAR[] NOT NULL,
    disclosure_class VARCHAR NOT NULL,
    declaration_hash VARCHAR NOT NULL
);
COMMENT ON TABLE meta.measure IS 'Registry of indicators, factors and context figures: one row per measure.';
COMMENT ON COLUMN meta.measure.measure_id IS 'Our id; a part after the dot is a variant.';
COMMENT ON COLUMN meta.measure.measure_version IS 'Version of the definition.';
COMMENT ON COLUMN meta.measure.family IS 'Measures of one family rest on the same units and are shown and protected together.';
COMMENT ON COLUMN meta.measure.name_id IS 'Indonesian name.';
COMMENT ON COLUMN meta.measure.name_en IS 'English name.';
COMMENT ON COLUMN meta.measure.legal_source IS 'Instrument the measure comes from, or own.';
COMMENT ON COLUMN meta.measure.kind IS 'share (n is part of N), ratio, existence, count or duration.';
COMMENT ON COLUMN meta.measure.unit IS 'Unit of the value.';
COMMENT ON COLUMN meta.measure.unit_id IS 'Unit in Indonesian words.';
COMMENT ON COLUMN meta.measure.unit_en IS 'Unit in English words.';
COMMENT ON COLUMN meta.measure.numerator_id IS 'Numerator in Indonesian words.';
COMMENT ON COLUMN meta.measure.numerator_en IS 'Numerator in English words.';
COMMENT ON COLUMN meta.measure.denominator_id IS 'Denominator in Indonesian words.';
COMMENT ON COLUMN meta.measure.denominator_en IS 'Denominator in English words.';
COMMENT ON COLUMN meta.measure.area_levels IS 'Levels it is computed for: district (the jurisdiction), kecamatan (its parts); with province also the districts of a province.';
COMMENT ON COLUMN meta.measure.period_types IS 'year, quarter, month.';
COMMENT ON COLUMN meta.measure.breakdowns IS 'Breakdowns of the jurisdiction row.';
COMMENT ON COLUMN meta.measure.multi_breakdowns IS 'Breakdowns in which a unit may stand under several values, so that they must not be summed.';
COMMENT ON COLUMN meta.measure.feeds_required IS 'agency/record without which there is no value.';
COMMENT ON COLUMN meta.measure.feeds_optional IS 'agency/record used when delivered.';
COMMENT ON COLUMN meta.measure.feeds_expected_absent IS 'Feeds that should exist and do not: the value is partial while they are missing.';
COMMENT ON COLUMN meta.measure.feed_mode IS 'all: every required feed must suffice; any: one is enough.';
COMMENT ON COLUMN meta.measure.min_months IS 'Months of a period that must be delivered, by period type; 0 = one delivery in the period is enough.';
COMMENT ON COLUMN meta.measure.min_known IS 'Share of units whose outcome must be known, else insufficient.';
COMMENT ON COLUMN meta.measure.aggregate IS 'ratio, count, quantile or all.';
COMMENT ON COLUMN meta.measure.quantile IS 'Quantile, for aggregate = quantile.';
COMMENT ON COLUMN meta.measure.factor IS 'Factor between n/N and the value, 100 for percent.';
COMMENT ON COLUMN meta.measure.linkage IS 'nik when units are children found over agencies by NIK; NULL otherwise.';
COMMENT ON COLUMN meta.measure.may_exceed IS 'n and N come from different tables of a source, so n may be greater; such a cell is flagged and has no value.';
COMMENT ON COLUMN meta.measure.direction IS 'up or down is better, or none.';
COMMENT ON COLUMN meta.measure.official_target IS 'Official target; NULL while none was seen.';
COMMENT ON COLUMN meta.measure.norm IS 'Norm set by the city; NULL while none is set.';
COMMENT ON COLUMN meta.measure.kodref_code IS 'National indicator reference code, if known.';
COMMENT ON COLUMN meta.measure.exclusions_id IS 'What is left out, in Indonesian.';
COMMENT ON COLUMN meta.measure.exclusions_en IS 'What is left out, in English.';
COMMENT ON COLUMN meta.measure.null_rules_id IS 'What missing data do, in Indonesian.';
COMMENT ON COLUMN meta.measure.null_rules_en IS 'What missing data do, in English.';
COMMENT ON COLUMN meta.measure.interpretation_id IS 'How to read the value, in Indonesian.';
COMMENT ON COLUMN meta.measure.interpretation_en IS 'How to read the value, in English.';
COMMENT ON COLUMN meta.measure.readings_id IS 'Choices made where the source leaves more than one reading, in Indonesian.';
COMMENT ON COLUMN meta.measure.readings_en IS 'The same in English.';
COMMENT ON COLUMN meta.measure.disclosure_class IS 'persons: small counts are suppressed in public; none: no person stands behind the counts; internal: never in public.';
COMMENT ON COLUMN meta.measure.declaration_hash IS 'SHA-256 over declaration and SQL: the same hash computes the same way.';
