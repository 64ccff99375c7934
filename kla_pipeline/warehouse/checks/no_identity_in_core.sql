-- No column of core or mart bears the name of an identity: NIK, a person's name, birth date, address, phone, free text.
SELECT schema_name, table_name, column_name
FROM duckdb_columns()
WHERE database_name = current_database()
  AND schema_name IN ('core', 'mart')
  AND regexp_matches(
      column_name,
      '(^|_)(nik|nama|alamat|address|phone|telepon|narrative|kronologi|birth_date|file_name|raw)($|_)'
      || '|^(name|full_name|child_name|victim_name|parent_name|checked_by|provider)$'
  )
