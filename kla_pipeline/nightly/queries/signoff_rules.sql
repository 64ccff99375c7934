-- one row per rule in force, with everything that is said of it
SELECT * FROM quality.rule ORDER BY ALL
