"""Tests of kla_pipeline; the folders mirror the package. `bundle/` makes the synthetic exports of Kota Serang."""
