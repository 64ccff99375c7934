-- one row per comparison of two sources that had something to compare: figures that both have, that differ, that one has
SELECT comparison_id, title_id, title_en, compared, differing, one_sided
FROM quality.comparison
WHERE compared + one_sided > 0
ORDER BY comparison_id
