"""DuckDB and what is published from it: connections, the runner of SQL models, releases.

Here: building the warehouse file and swapping releases. Not here: reading exports (intake), rules (quality), counting
(measures).
"""
