-- small functions of the core models: one meaning of age, of an eighteenth birthday and of a register key for all files

-- Completed years. A child born on 29 February completes a year on 1 March of a common year, which date_sub() and
-- date_diff() both get wrong. Not known without a birth date; a birth after the day (an unborn child) is 0.
CREATE OR REPLACE MACRO core.age_years(birth_date, on_date) AS
    -- greatest() passes over a null, so an unknown birth date needs its own branch
    CASE
        WHEN birth_date IS NOT NULL AND on_date IS NOT NULL THEN greatest(
            year(on_date) - year(birth_date)
            - CAST(month(on_date) * 100 + day(on_date) < month(birth_date) * 100 + day(birth_date) AS INTEGER),
            0
        )
    END;

-- The first day on which a person is no longer a child: 1 March for a birth on 29 February.
CREATE OR REPLACE MACRO core.turns_18_on(birth_date) AS
    CAST(birth_date + to_years(18) AS DATE) + CAST(day(birth_date + to_years(18)) <> day(birth_date) AS INTEGER);

-- Age bands of the violence register; a child is below 18.
CREATE OR REPLACE MACRO core.age_group(age_years) AS
    CASE
        WHEN age_years IS NULL THEN 'unknown'
        WHEN age_years <= 5 THEN '0-5'
        WHEN age_years <= 12 THEN '6-12'
        WHEN age_years <= 17 THEN '13-17'
        ELSE '18+'
    END;

-- A register key under which rows can be joined without standing in core. It only keeps the agency's own number out of
-- the tables; it is no secret and identifies nobody who does not hold the register.
CREATE OR REPLACE MACRO core.register_ref(agency, record, register_key) AS
    agency || '/' || record || '/' || substr(sha256(agency || '|' || record || '|' || register_key), 1, 20);

-- Where somebody lives, seen from the jurisdiction: a known kecamatan is one of the city's own. NULL = not stated.
CREATE OR REPLACE MACRO core.domicile_scope(district_code, kecamatan_code, jurisdiction_code) AS
    CASE
        WHEN district_code = jurisdiction_code THEN 'city'
        WHEN district_code IS NOT NULL THEN 'outside'
        WHEN kecamatan_code IS NOT NULL THEN 'city'
    END;

-- The area a unit is counted in: a kecamatan of the city, 'outside' or 'unknown'.
CREATE OR REPLACE MACRO core.area_of(scope, kecamatan_code) AS
    CASE scope
        WHEN 'city' THEN coalesce(kecamatan_code, 'unknown')
        WHEN 'outside' THEN 'outside'
        ELSE 'unknown'
    END;

-- Where a figure comes from, in a form that is safe to show: layout and short name of the delivery, never a file name.
CREATE OR REPLACE MACRO core.source_label(layout, delivery_label) AS
    concat_ws(' ', coalesce(layout, 'unknown'), delivery_label);
