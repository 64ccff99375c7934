-- one row per rejected row that nothing has resolved: the approval accepts it as known
SELECT row_id, state FROM quality.rejected_row WHERE state IN ('open', 'sent', 'expired') ORDER BY row_id
