"""Which layout fits which table of a sheet. Not here: the layout files themselves (layouts.py)."""
