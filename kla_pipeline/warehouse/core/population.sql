-- core.population: one row per year, area, sex and age range of the population reference
CREATE TABLE core.population (
    reference_year BIGINT NOT NULL,
    area_code VARCHAR NOT NULL,
    sex VARCHAR NOT NULL,
    age_from BIGINT NOT NULL,
    age_to BIGINT NOT NULL,
    population BIGINT NOT NULL,
    source VARCHAR,
    source_date DATE
);
COMMENT ON TABLE core.population IS 'Population of reference by area, sex and age range; never derived by us.';
COMMENT ON COLUMN core.population.reference_year IS 'Year the count is for.';
COMMENT ON COLUMN core.population.area_code IS 'Kemendagri code.';
COMMENT ON COLUMN core.population.sex IS 'L, P, or LP for both.';
COMMENT ON COLUMN core.population.age_from IS 'Lowest age of the range in completed years.';
COMMENT ON COLUMN core.population.age_to IS 'Highest age of the range, included.';
COMMENT ON COLUMN core.population.population IS 'Persons.';
COMMENT ON COLUMN core.population.source IS 'Who published the count.';
COMMENT ON COLUMN core.population.source_date IS 'Date of the source.';
