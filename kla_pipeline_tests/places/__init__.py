"""Promises about places: the reference, the names of its areas, and texts that speak of them."""
