-- core.population: one row per year, area, sex and age range
SELECT reference_year, area_code, sex, age_from, age_to, population, source, source_date
FROM staged.population_current
ORDER BY reference_year, area_code, sex, age_from
