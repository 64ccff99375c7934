-- one row per stage of the pipeline that reconciles rows (staging, build)
SELECT
    stage,
    count(*) AS checks,
    count(*) FILTER (WHERE difference <> 0) AS broken,
    coalesce(sum(abs(difference)), 0) AS difference,
    coalesce(sum(accepted), 0) AS accepted,
    coalesce(sum(corrected), 0) AS corrected,
    coalesce(sum(released), 0) AS released,
    coalesce(sum(current_rows), 0) AS current_rows,
    coalesce(sum(superseded), 0) AS superseded,
    coalesce(sum(withdrawn), 0) AS withdrawn,
    coalesce(sum(rejected_at_build), 0) AS rejected_at_build,
    coalesce(sum(held), 0) AS held
FROM audit.quality.reconciliation
GROUP BY stage
ORDER BY stage DESC
