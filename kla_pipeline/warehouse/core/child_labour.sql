-- core.child_labour: one row per register row of a working child
CREATE TABLE core.child_labour (
    labour_id VARCHAR NOT NULL,
    child_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    is_worst_form BOOLEAN NOT NULL,
    work_form VARCHAR NOT NULL,
    identified_date DATE NOT NULL,
    age_years INTEGER,
    age_known BOOLEAN NOT NULL,
    sex VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domicile_scope VARCHAR NOT NULL,
    withdrawn_date DATE,
    placed_date DATE,
    freed_date DATE,
    placement VARCHAR,
    followup_date DATE,
    followup_status VARCHAR,
    relapse_date DATE,
    closed_date DATE,
    turns_18_on DATE,
    last_activity_date DATE NOT NULL,
    row_ids VARCHAR[] NOT NULL
);
COMMENT ON TABLE core.child_labour IS 'One row per register row of a working child: identified, withdrawn, placed, followed up.';
COMMENT ON COLUMN core.child_labour.labour_id IS 'Hashed register key.';
COMMENT ON COLUMN core.child_labour.child_id IS 'Keyed pseudonym.';
COMMENT ON COLUMN core.child_labour.agency IS 'Agency of the register.';
COMMENT ON COLUMN core.child_labour.is_worst_form IS 'Worst form of child labour, as the register says; never inferred from the form of work.';
COMMENT ON COLUMN core.child_labour.work_form IS 'Form of work, list labour_form.';
COMMENT ON COLUMN core.child_labour.identified_date IS 'Day the child was identified.';
COMMENT ON COLUMN core.child_labour.age_years IS 'Completed years at identification.';
COMMENT ON COLUMN core.child_labour.age_known IS 'Whether a birth date is known.';
COMMENT ON COLUMN core.child_labour.sex IS 'L, P or unknown.';
COMMENT ON COLUMN core.child_labour.area_code IS 'Domicile: kecamatan, outside or unknown.';
COMMENT ON COLUMN core.child_labour.domicile_scope IS 'city, outside or unknown.';
COMMENT ON COLUMN core.child_labour.withdrawn_date IS 'Day of withdrawal from work.';
COMMENT ON COLUMN core.child_labour.placed_date IS 'Day of placement in school, training, family or institution.';
COMMENT ON COLUMN core.child_labour.freed_date IS 'The later of withdrawal and placement; NULL while one is missing.';
COMMENT ON COLUMN core.child_labour.placement IS 'Kind of placement.';
COMMENT ON COLUMN core.child_labour.followup_date IS 'Day of the follow-up.';
COMMENT ON COLUMN core.child_labour.followup_status IS 'free, relapsed or lost.';
COMMENT ON COLUMN core.child_labour.relapse_date IS 'Day the child was found working again.';
COMMENT ON COLUMN core.child_labour.closed_date IS 'Closed for another stated reason.';
COMMENT ON COLUMN core.child_labour.turns_18_on IS 'Eighteenth birthday (1 March for 29 February): the case ends there at the latest.';
COMMENT ON COLUMN core.child_labour.last_activity_date IS 'Latest dated entry of the register row.';
COMMENT ON COLUMN core.child_labour.row_ids IS 'Staged rows it rests on.';
