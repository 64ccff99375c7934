-- one row per comparison of two sources that had something to compare
SELECT comparison_id, title_id, title_en, pairs_compared, pairs_differing
FROM quality.comparison
WHERE pairs_compared > 0
ORDER BY comparison_id
