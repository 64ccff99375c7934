"""Tests of the texts and of number and date formats."""
