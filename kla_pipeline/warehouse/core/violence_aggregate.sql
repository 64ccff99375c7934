-- core.violence_aggregate: one row per district, year, sex and category of an aggregate table of the jurisdiction
CREATE TABLE core.violence_aggregate (
    area_code VARCHAR NOT NULL,
    reference_year BIGINT NOT NULL,
    sex VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    unit VARCHAR,
    table_rows BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.violence_aggregate IS 'Counts of victims of violence, all ages, as an office published them in tables. Nobody in them can be told apart, so they are never added to the registers.';
COMMENT ON COLUMN core.violence_aggregate.area_code IS 'Kemendagri code of the district.';
COMMENT ON COLUMN core.violence_aggregate.reference_year IS 'Year the count is for.';
COMMENT ON COLUMN core.violence_aggregate.sex IS 'L, P, or LP for both.';
COMMENT ON COLUMN core.violence_aggregate.measure IS 'victims (reported) or served.';
COMMENT ON COLUMN core.violence_aggregate.dimension IS 'What the table breaks victims down by; none for a table without a breakdown. Tables are never added to each other.';
COMMENT ON COLUMN core.violence_aggregate.category IS 'Category of the breakdown, list violence_category; NA is not known, ALL is a table without a breakdown.';
COMMENT ON COLUMN core.violence_aggregate.persons IS 'Count as the table has it.';
COMMENT ON COLUMN core.violence_aggregate.unit IS 'Word the table counts in, as written.';
COMMENT ON COLUMN core.violence_aggregate.table_rows IS 'Rows of the table behind the cell; more than 1 where the table has it twice and the counts were added.';
COMMENT ON COLUMN core.violence_aggregate.source IS 'Layout and delivery the count comes from.';
COMMENT ON COLUMN core.violence_aggregate.row_ids IS 'Staged rows it rests on.';
