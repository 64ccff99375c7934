-- one row per check of the release; blocking ones passed, or there would be no release
SELECT check_id, is_blocking, failures, description
FROM audit.quality.check_result
ORDER BY failures > 0 DESC, is_blocking DESC, check_id
