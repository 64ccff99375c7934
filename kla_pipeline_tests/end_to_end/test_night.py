"""A whole night over the bundle."""

from kla_pipeline_tests.support import City


def test_every_row_of_the_bundle_is_accounted_for(bundle: City) -> None:
    broken = bundle.rows("SELECT * FROM quality.reconciliation WHERE difference <> 0")
    assert broken == []
