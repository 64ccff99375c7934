"""Files packed with gzip: one export inside, and no archive in it.

Here: unpacking under a limit. Not here: what was unpacked (readers.py looks at it as at any file).
"""

from __future__ import annotations

import zlib

from kla_pipeline.intake.limits import most_unpacked
from kla_pipeline.intake.refusals import refusal

_WITH_GZIP_HEAD = 31


def unpack(data: bytes) -> bytes:
    """The one member. Raises DeliveryRefused with `unpacking_limit`, `damaged_archive` or `nested_archive`."""
    most = most_unpacked(len(data))
    unpacker = zlib.decompressobj(_WITH_GZIP_HEAD)
    try:
        unpacked = unpacker.decompress(data, most)
    except zlib.error:
        unpacked = None
    if unpacked is None:
        raise refusal("damaged_archive")
    if len(unpacked) >= most:
        raise refusal("unpacking_limit")
    if not unpacker.eof:
        raise refusal("damaged_archive")
    if unpacker.unused_data.strip(b"\x00"):
        raise refusal("nested_archive")
    return unpacked
