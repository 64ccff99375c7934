-- one row per row in force whose number took the place of a row of an export about other days altogether
WITH span AS (
    SELECT agency, generation, delivery_id, min(event_date) AS first_day, max(event_date) AS last_day
    FROM staged.disaster_report
    GROUP BY ALL
)

SELECT DISTINCT c.row_id
FROM staged.disaster_report_current AS c
INNER JOIN staged.disaster_report AS o ON o.agency = c.agency AND o._key = c._key AND o._state = 'superseded'
INNER JOIN span AS n ON n.agency = c.agency AND n.generation = c.generation AND n.delivery_id = c.delivery_id
INNER JOIN span AS p ON p.agency = o.agency AND p.generation = o.generation AND p.delivery_id = o.delivery_id
WHERE n.last_day < p.first_day OR n.first_day > p.last_day
