"""Indonesian and English texts for people: pages, summaries of the commands, reasons of refusals, statuses.

Here: the loader, the number and date formats of both languages and the YAML files with the sentences. Not here: names
of measures, rules and columns, which their own declarations carry (`name_id`/`name_en`, `what_id`/`what_en`).
"""

from kla_pipeline.i18n.formats import Lang
from kla_pipeline.i18n.speaker import Speaker
from kla_pipeline.i18n.texts import Texts, load

__all__ = ["Lang", "Speaker", "Texts", "load"]
