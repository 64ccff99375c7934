-- No column of core or mart bears the name of an identity: NIK, name of a person, birth date, address, phone, narrative.
SELECT schema_name, table_name, column_name
FROM duckdb_columns()
WHERE database_name = current_database()
  AND schema_name IN ('core', 'mart')
  AND regexp_matches(column_name, '^(nik|name|nama|birth_date|address|alamat|phone|narrative|file_name|raw)$')
