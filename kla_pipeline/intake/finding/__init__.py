"""Which tables stand on a sheet and what each row is. Not here: what a layout knows (matching/)."""
