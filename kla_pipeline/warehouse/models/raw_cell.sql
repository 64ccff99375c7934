-- raw_cell: one row per raw cell of a rejected row; header_of: one row per header with the column of the contract that it
-- feeds; known_code: one row per text that a code list knows. All three are gone when the cells are masked.
CREATE OR REPLACE TEMP TABLE raw_cell AS
SELECT
    row_id,
    delivery_id,
    record,
    unnest(json_keys(raw)) AS header,
    unnest(json_extract_string(raw, '$.*')) AS text,
    unnest(range(1, len(json_keys(raw)) + 1)) AS place
FROM quality.rejected_row
WHERE raw IS NOT NULL;

CREATE OR REPLACE TEMP TABLE header_of (
    delivery_id VARCHAR, record VARCHAR, header VARCHAR, column_name VARCHAR, code_list VARCHAR
);

CREATE OR REPLACE TEMP TABLE known_code (code_list VARCHAR, text VARCHAR);
