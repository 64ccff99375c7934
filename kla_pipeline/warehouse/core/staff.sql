-- core.staff: one row per employee of a service unit
CREATE TABLE core.staff (
    staff_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    is_case_worker BOOLEAN NOT NULL,
    fte DOUBLE NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.staff IS 'Posts of the service units with their full-time equivalents; no names.';
COMMENT ON COLUMN core.staff.staff_id IS 'Hashed staff number.';
COMMENT ON COLUMN core.staff.agency IS 'Agency.';
COMMENT ON COLUMN core.staff.unit IS 'Unit.';
COMMENT ON COLUMN core.staff.role IS 'Function, list staff_role.';
COMMENT ON COLUMN core.staff.is_case_worker IS 'Counts as case worker (staff_role list).';
COMMENT ON COLUMN core.staff.fte IS 'Full-time equivalent, 0 to 1.';
COMMENT ON COLUMN core.staff.start_date IS 'First day of service.';
COMMENT ON COLUMN core.staff.end_date IS 'Last day of service; NULL while serving.';
COMMENT ON COLUMN core.staff.row_ids IS 'Staged rows it rests on.';
