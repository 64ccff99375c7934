"""`kla`: a thin layer over the functions that assets call too. Here: arguments, words, exit codes."""

from kla_pipeline.cli.app import main

__all__ = ["main"]
