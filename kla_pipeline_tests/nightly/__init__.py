"""The steps of the night as functions."""
