"""Puts the bundle together: who was invented, what happened, what the files say, and the truth beside them.

Here: the order in which everything is drawn (the order decides the bytes). Not here: any of the steps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from kla_pipeline_tests.bundle import (
    juvenile,
    juvenile_scenes,
    labour,
    mechanism,
    reference,
    resources,
    social,
    violence,
    violence_scenes,
)
from kla_pipeline_tests.bundle.mess import write_cells
from kla_pipeline_tests.bundle.people import People
from kla_pipeline_tests.bundle.replay import final_versions
from kla_pipeline_tests.bundle.structure import spoil
from kla_pipeline_tests.bundle.tables import File
from kla_pipeline_tests.bundle.truth import Finals, write_truth
from kla_pipeline_tests.bundle.writers import write_file

SEED = 20260101
LEVELS = ("none", "normal", "heavy")


@dataclass(frozen=True)
class Bundle:
    people: People
    files: list[File]
    finals: Finals


def make_bundle(seed: int = SEED, level: str = "normal") -> Bundle:
    """Everything in memory. `level`: none (clean exports), normal (the bundle), heavy (three times the defects)."""

    def rng(name: str) -> random.Random:
        return random.Random(f"{seed}/{name}")  # each room has its own draw: one more case here moves nothing there

    people = People(rng("people"))
    scripted = violence_scenes.scripted(people)
    victims = violence.number(scripted + violence.random_victims(people, rng("violence"), scripted))
    ppks = social.records(people, rng("social"), victims)
    workers = labour.workers(people, rng("labour"), ppks)
    cases = juvenile.number(
        juvenile_scenes.scripted(people, victims) + juvenile.random_children(people, rng("juvenile"))
    )
    files = [*violence.files(victims), *social.files(ppks), *labour.files(workers), *juvenile.files(cases)]
    files += [*resources.files(), *mechanism.files(), *reference.files()]
    spoil(files, rng("defects"), level)
    for file in files:
        write_cells(file, rng(f"mess/{file.path}"), level)
    return Bundle(people, files, final_versions(files))


def write_bundle(bundle: Bundle, raw: Path, truth: Path) -> None:
    """Writes the exports into `raw` (a jurisdiction's folder) and the truth files into `truth`."""
    for file in bundle.files:
        if file.is_delivered:
            write_file(file, raw)
    write_truth(truth, bundle.people, bundle.finals, bundle.files)
