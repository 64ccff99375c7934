"""Promises of the ledger, and the helper that kills a process in the middle of its work (`kill`)."""
