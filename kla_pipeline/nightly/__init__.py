"""The nightly load as plain functions: receive, stage, build, release. Assets and commands both call these.

Here: the order of the rooms below (intake, quality, identity, warehouse, measures, reports) and what passes between
them. Not here: Dagster (orchestration/) and the terminal (cli.py).
"""
