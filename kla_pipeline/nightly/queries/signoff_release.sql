-- one row: what the release rests on, by date and hash
SELECT jurisdiction, jurisdiction_name, as_of_date, is_synthetic, code_version, code_hash, delivery_set_hash,
    decision_set_hash, input_key
FROM meta.release
