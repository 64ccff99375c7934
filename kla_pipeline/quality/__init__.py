"""Rows of text to typed accepted rows, or rejected rows with every reason.

Here: contracts, normalisers, rule evaluation, staging, reconciliation. Not here: reading files (intake/) and what
happens between deliveries (warehouse/).
"""
