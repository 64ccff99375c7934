-- core.service: one row per service that a person of a register received
CREATE TABLE core.service (
    service_id VARCHAR NOT NULL,
    child_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    service_code VARCHAR NOT NULL,
    is_intake BOOLEAN NOT NULL,
    is_qualifying BOOLEAN NOT NULL,
    service_date DATE NOT NULL,
    register_ref VARCHAR NOT NULL,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.service IS 'One row per dated service of a person; a service without a date is rejected at staging.';
COMMENT ON COLUMN core.service.service_id IS 'register_ref, service code and date.';
COMMENT ON COLUMN core.service.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN core.service.agency IS 'Agency that gave it.';
COMMENT ON COLUMN core.service.record IS 'Record type.';
COMMENT ON COLUMN core.service.service_code IS 'Canonical code of the agency''s list.';
COMMENT ON COLUMN core.service.is_intake IS 'Receiving the complaint only (service list): counts in K5-28.a, not in .b.';
COMMENT ON COLUMN core.service.is_qualifying IS 'Whether it counts as a service at all; data entry and raids do not.';
COMMENT ON COLUMN core.service.service_date IS 'Day of the service.';
COMMENT ON COLUMN core.service.register_ref IS 'Hashed register key, as in core.need.';
COMMENT ON COLUMN core.service.row_ids IS 'Staged rows it rests on.';
