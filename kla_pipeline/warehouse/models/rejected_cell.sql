-- quality.rejected_cell: one row per raw cell of a rejected row, masked; raw_cell.sql tells the tables it rests on
INSERT INTO quality.rejected_cell
WITH named AS (
    SELECT
        c.row_id,
        c.place,
        trim(regexp_replace(c.text, '\s+', ' ', 'g'), ' ''`’') AS text,
        h.column_name,
        k.text IS NOT NULL AS is_code,
        -- two headers may feed one column: the first bears its name
        row_number() OVER (PARTITION BY c.row_id, h.column_name ORDER BY c.place) AS nth
    FROM raw_cell AS c
    INNER JOIN header_of AS h USING (delivery_id, record, header)
    LEFT JOIN known_code AS k ON k.code_list = h.code_list AND k.text = c.text
)
SELECT
    row_id,
    place,
    if(column_name = '' OR nth > 1, 'column ' || place, column_name),
    CASE
        WHEN text IN ('', '-', '--', '–', '—') THEN 'empty'
        WHEN is_code THEN 'code'
        WHEN regexp_full_match(text, '[0-9]{10,}') THEN length(text) || ' digits'
        WHEN regexp_full_match(text, '[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+') THEN 'rounded number'
        WHEN regexp_full_match(text, '[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}([ T][0-9:.]+)?') THEN 'date'
        WHEN regexp_full_match(text, '[0-9]{1,2}[- ][A-Za-z]{3,9}[- ][0-9]{2,4}') THEN 'date'
        WHEN regexp_full_match(text, '[-+]?[0-9]+([.,][0-9]+)*') THEN 'number'
        ELSE 'text'
    END
FROM named
ORDER BY row_id, place;

DROP TABLE raw_cell;
DROP TABLE header_of;
DROP TABLE known_code;
