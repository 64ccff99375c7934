-- one row per agency and stage: what came in and where each row is now
SELECT
    stage,
    agency,
    count(*) AS checks,
    coalesce(sum(sheet_rows), 0) AS sheet_rows,
    coalesce(sum(above_header), 0) AS above_header,
    coalesce(sum(rows_read), 0) AS rows_read,
    coalesce(sum(accepted), 0) AS accepted,
    coalesce(sum(rejected), 0) AS rejected,
    coalesce(sum(set_aside), 0) AS set_aside,
    coalesce(sum(corrected), 0) AS corrected,
    coalesce(sum(released), 0) AS released,
    coalesce(sum(current_rows), 0) AS current_rows,
    coalesce(sum(superseded), 0) AS superseded,
    coalesce(sum(withdrawn), 0) AS withdrawn,
    coalesce(sum(rejected_at_build), 0) AS rejected_at_build,
    coalesce(sum(held), 0) AS held,
    coalesce(sum(abs(difference)), 0) AS difference
FROM audit.quality.reconciliation
GROUP BY stage, agency
ORDER BY stage DESC, agency
