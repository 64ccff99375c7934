-- one row per agency that is declared, with its names
SELECT DISTINCT agency, agency_name_id AS name_id, agency_name_en AS name_en FROM audit.meta.source_feed ORDER BY agency
