"""Dagster: assets, checks, job, schedule, sensor. The only package that imports it.

An asset here is a call of a nightly function and a few counts as metadata; what is done stands in nightly/. Metadata
hold counts, schemas and hashes, never a cell of a row.
"""
