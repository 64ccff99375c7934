"""Erasing a person by rewriting: archive, raw drop, ledger values, staged files, warehouse and kept releases.

Here: finding the person's rows, holds that forbid it, redacted renditions, and the order of steps that can be taken up
again after a kill. Not here: the chain (ledger/) and building a release (nightly/).
"""
