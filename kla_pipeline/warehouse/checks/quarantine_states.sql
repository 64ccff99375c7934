-- Every rejected row is in exactly one state, and what its state rests on is known.
SELECT row_id
FROM quality.rejected_row
GROUP BY row_id
HAVING count(*) > 1
UNION ALL
SELECT row_id
FROM quality.rejected_row
WHERE state NOT IN ('open', 'sent', 'corrected', 'released', 'confirmed_bad', 'expired')
   OR state_since IS NULL
   OR (state = 'open') <> (state_basis IS NULL)
