-- meta.measure as built, without the measures that are the task force's alone
SELECT * FROM warehouse.meta.measure WHERE disclosure_class <> 'internal'
