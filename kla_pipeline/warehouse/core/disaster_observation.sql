-- core.disaster_observation: one row per report of the jurisdiction in any export, with the event it speaks of
CREATE TABLE core.disaster_observation (
    observation_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    precedence INTEGER NOT NULL,
    event_date DATE NOT NULL,
    district_code VARCHAR NOT NULL,
    hazard_family VARCHAR NOT NULL,
    pair_no BIGINT NOT NULL,
    event_id VARCHAR,
    match_rule VARCHAR NOT NULL,
    is_deciding BOOLEAN NOT NULL,
    deaths BIGINT,
    missing BIGINT,
    injured BIGINT,
    affected_displaced BIGINT,
    houses_damaged BIGINT,
    houses_flooded BIGINT,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.disaster_observation IS 'What each export says of an event: one row per report. Reports of one district, day and hazard family speak of one event; the export with the lowest precedence decides, the others stay visible here. Only core.disaster_event is counted.';
COMMENT ON COLUMN core.disaster_observation.observation_id IS 'Record type and staged row.';
COMMENT ON COLUMN core.disaster_observation.agency IS 'Agency that delivered it.';
COMMENT ON COLUMN core.disaster_observation.record IS 'disaster_event (exports with event ids) or disaster_report (older ones).';
COMMENT ON COLUMN core.disaster_observation.source IS 'Layout and delivery it comes from.';
COMMENT ON COLUMN core.disaster_observation.precedence IS 'Precedence of the layout: the lower number decides.';
COMMENT ON COLUMN core.disaster_observation.event_date IS 'Day of the event.';
COMMENT ON COLUMN core.disaster_observation.district_code IS 'Kemendagri code of the district.';
COMMENT ON COLUMN core.disaster_observation.hazard_family IS 'Family of the hazard, list hazard: exports split hazards differently.';
COMMENT ON COLUMN core.disaster_observation.pair_no IS 'Place among reports of one export on the same district, day and family: most houses flooded first, then damaged, then deaths.';
COMMENT ON COLUMN core.disaster_observation.event_id IS 'Event of core.disaster_event it was matched to; NULL when that table has none.';
COMMENT ON COLUMN core.disaster_observation.match_rule IS 'own (the event itself), same_day, same_day_several (one of several that day, paired by their place) or none.';
COMMENT ON COLUMN core.disaster_observation.is_deciding IS 'True for the report that decides what is known of the event.';
COMMENT ON COLUMN core.disaster_observation.deaths IS 'Deaths; NULL = not known to this export.';
COMMENT ON COLUMN core.disaster_observation.missing IS 'Missing persons; NULL = not known to this export.';
COMMENT ON COLUMN core.disaster_observation.injured IS 'Injured or ill persons; NULL = not known to this export.';
COMMENT ON COLUMN core.disaster_observation.affected_displaced IS 'Persons affected or displaced, merged; NULL = this export does not have it.';
COMMENT ON COLUMN core.disaster_observation.houses_damaged IS 'Houses damaged, however badly; a sum where the export tells classes apart.';
COMMENT ON COLUMN core.disaster_observation.houses_flooded IS 'Houses under water; NULL = not known to this export.';
COMMENT ON COLUMN core.disaster_observation.row_ids IS 'Staged rows it rests on.';
