"""Promises of the repository itself: files, locks, commands, packaging, import directions; no test of results."""
