-- what the release rests on, without hashes of single inputs
SELECT jurisdiction, jurisdiction_name, as_of_date, is_synthetic, code_version, input_key FROM warehouse.meta.release
