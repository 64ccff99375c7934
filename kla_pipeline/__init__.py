"""Kota Layak Anak, special protection cluster: four agencies' exports become a published release.

The package is importable without any third-party library: child processes that only read workbooks start from here.
"""

__version__ = "0.1.0"
