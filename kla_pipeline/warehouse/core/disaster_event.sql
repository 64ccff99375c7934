-- core.disaster_event: one row per event report of the jurisdiction
CREATE TABLE core.disaster_event (
    event_id VARCHAR NOT NULL,
    event_at TIMESTAMP NOT NULL,
    event_date DATE NOT NULL,
    district_code VARCHAR NOT NULL,
    hazard_code VARCHAR NOT NULL,
    hazard_name VARCHAR,
    event_share DOUBLE NOT NULL,
    deaths BIGINT,
    missing BIGINT,
    injured BIGINT,
    affected_displaced BIGINT,
    has_child_counts BOOLEAN NOT NULL,
    houses_heavy BIGINT,
    houses_moderate BIGINT,
    houses_light BIGINT,
    houses_flooded BIGINT,
    schools_damaged BIGINT,
    worship_damaged BIGINT,
    health_damaged BIGINT,
    offices_damaged BIGINT,
    bridges_damaged BIGINT,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.disaster_event IS 'One row per event report of the jurisdiction in the DIBI export; rows of other districts are not here.';
COMMENT ON COLUMN core.disaster_event.event_id IS 'Identifier of the export.';
COMMENT ON COLUMN core.disaster_event.event_at IS 'Time as exported; some times are placeholders (08:08:08, 00:01:00), so only the day is used.';
COMMENT ON COLUMN core.disaster_event.event_date IS 'Day of the event.';
COMMENT ON COLUMN core.disaster_event.district_code IS 'Kemendagri code of the district.';
COMMENT ON COLUMN core.disaster_event.hazard_code IS 'Hazard code of the export.';
COMMENT ON COLUMN core.disaster_event.hazard_name IS 'Hazard name of the export.';
COMMENT ON COLUMN core.disaster_event.event_share IS 'Share of the event that falls to this district; below 1 when one event is split over districts.';
COMMENT ON COLUMN core.disaster_event.deaths IS 'Deaths.';
COMMENT ON COLUMN core.disaster_event.missing IS 'Missing persons.';
COMMENT ON COLUMN core.disaster_event.injured IS 'Injured or ill persons.';
COMMENT ON COLUMN core.disaster_event.affected_displaced IS 'Persons affected or displaced: two measures in one column of the export.';
COMMENT ON COLUMN core.disaster_event.has_child_counts IS 'Whether the report counts children apart. The DIBI export never does.';
COMMENT ON COLUMN core.disaster_event.houses_heavy IS 'Houses heavily damaged.';
COMMENT ON COLUMN core.disaster_event.houses_moderate IS 'Houses moderately damaged.';
COMMENT ON COLUMN core.disaster_event.houses_light IS 'Houses lightly damaged.';
COMMENT ON COLUMN core.disaster_event.houses_flooded IS 'Houses under water.';
COMMENT ON COLUMN core.disaster_event.schools_damaged IS 'Schools damaged.';
COMMENT ON COLUMN core.disaster_event.worship_damaged IS 'Houses of worship damaged.';
COMMENT ON COLUMN core.disaster_event.health_damaged IS 'Health facilities damaged.';
COMMENT ON COLUMN core.disaster_event.offices_damaged IS 'Offices damaged.';
COMMENT ON COLUMN core.disaster_event.bridges_damaged IS 'Bridges damaged.';
COMMENT ON COLUMN core.disaster_event.row_ids IS 'Staged rows it rests on.';
