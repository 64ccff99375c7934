-- one row per comparison of two sources that had something to compare, those with differences first
SELECT comparison_id, title_id, title_en, equal_means_id, equal_means_en, responsible, pairs_compared, pairs_differing
FROM audit.quality.comparison
WHERE pairs_compared > 0
ORDER BY pairs_differing DESC, comparison_id
