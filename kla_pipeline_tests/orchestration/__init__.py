"""Dagster around the nightly functions."""
