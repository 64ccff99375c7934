"""Indicators, inhibiting factors and context figures: declarations, their SQL, and the one engine that computes them.

Here: `registry` (what is measured), `engine` (contributions and cells), `trace` (which rows stand
behind a cell, and back), `disclosure` (which cells the public sees). A
measure is two files, a YAML declaration and a SQL of contributions, in indicators/, factors/ or context/; the engine
never names one. Not here: how rows become core tables (sources/*/conform) and how figures are shown (reports/).
"""
