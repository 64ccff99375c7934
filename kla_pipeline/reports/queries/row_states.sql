-- one row per agency with rejected rows: how many are in each state; every rejected row is in exactly one
SELECT
    agency,
    count(*) AS rows,
    count(*) FILTER (stage = 'staging') AS at_staging,
    count(*) FILTER (stage = 'build') AS at_build,
    count(*) FILTER (stage = 'decision') AS by_decision,
    count(*) FILTER (state = 'open') AS open,
    count(*) FILTER (state = 'sent') AS sent,
    count(*) FILTER (state = 'expired') AS expired,
    count(*) FILTER (state = 'corrected') AS corrected,
    count(*) FILTER (state = 'released') AS released,
    count(*) FILTER (state = 'confirmed_bad') AS confirmed_bad
FROM audit.quality.rejected_row
GROUP BY agency
ORDER BY agency
