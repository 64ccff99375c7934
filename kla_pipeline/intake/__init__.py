"""Bytes to rows of text with provenance: archive, readers, table finder, layout matching.

Nothing here knows what a valid value is (quality/) or which agency a column belongs to (sources/).
"""
