"""Entry point of Dagster: the Definitions of this process's settings."""

from kla_pipeline.orchestration.assemble import definitions
from kla_pipeline.settings import load_settings

defs = definitions(load_settings())
