-- one row per comparison of two sources that had something to compare, those with differences first
SELECT comparison_id, title_id, title_en, equal_means_id, equal_means_en, responsible, compared, differing, one_sided
FROM audit.quality.comparison
WHERE compared + one_sided > 0
ORDER BY differing + one_sided DESC, comparison_id
