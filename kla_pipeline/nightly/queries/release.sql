-- one row: what the release rests on
SELECT
    jurisdiction, jurisdiction_name, CAST(as_of_date AS VARCHAR) AS as_of, is_synthetic, input_key, code_version
FROM meta.release
