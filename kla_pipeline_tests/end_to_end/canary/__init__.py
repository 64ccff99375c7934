"""Invented people whose values must not leave the restricted places, and the search that would find them outside."""
