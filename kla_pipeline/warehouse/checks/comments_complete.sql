-- Every table and column carries a comment.
SELECT schema_name, table_name, '' AS column_name
FROM duckdb_tables()
WHERE database_name = current_database() AND coalesce(comment, '') = ''
UNION ALL
SELECT c.schema_name, c.table_name, c.column_name
FROM duckdb_columns() AS c
INNER JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
WHERE c.database_name = current_database() AND coalesce(c.comment, '') = ''
