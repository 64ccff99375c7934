"""Tests of the pages, over releases that `release_builder` invents."""
