"""The sentences of the project, by key and language.

Here: reading the `*.yaml` files beside this module and refusing incomplete ones. Not here: the sentences themselves,
and number formats (formats.py). A file maps a dotted key to one text per language:

    status.value:
      id: Ada nilai
      en: Value

A key is declared once, in one file, in every language, with the same `{placeholders}` in each: half a translation is an
error when the texts are loaded, not an empty place on a page that somebody prints.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.i18n.formats import LANGS, Lang

FOLDER = Path(__file__).parent


def placeholders(text: str) -> frozenset[str]:
    """Names in braces that a text expects, e.g. `{rows}` → `rows`."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts, complete in every language. Build it with `load()` or `Texts.from_mapping`."""

    entries: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_mapping(cls, entries: Mapping[str, Mapping[str, str]]) -> Texts:
        """Texts from a mapping key → language → text.

        Raises DeclarationError naming every key that lacks a language, holds an unknown one or whose languages disagree
        about placeholders.
        """
        problems = [problem for key, words in entries.items() for problem in _problems(key, words)]
        if problems:
            raise DeclarationError("Texts are incomplete: " + "; ".join(problems) + ".", "Complete the YAML file.")
        return cls({key: dict(words) for key, words in entries.items()})

    def get(self, key: str, lang: Lang) -> str:
        """The text as declared, placeholders unfilled. Raises DeclarationError for an unknown key or language."""
        try:
            return self.entries[key][lang]
        except KeyError:
            raise DeclarationError(
                f"No text {key!r} in language {lang!r}.", "Add it to a YAML file in kla_pipeline/i18n."
            ) from None

    def say(self, key: str, lang: Lang, **values: object) -> str:
        """The text with its placeholders filled. Raises DeclarationError when the values do not fit them."""
        text = self.get(key, lang)
        if placeholders(text) != values.keys():
            raise DeclarationError(
                f"Text {key!r} takes {sorted(placeholders(text))}, not {sorted(values)}.", "Correct the caller."
            )
        return text.format_map(values)

    def find(self, key: str, lang: Lang, otherwise: str) -> str:
        """The text of a key built from data (a code of an agency's own source folder), or the code itself."""
        words = self.entries.get(key)
        return words[lang] if words else otherwise

    def keys_below(self, prefix: str) -> list[str]:
        """Last parts of the keys `prefix.<part>`, in order of declaration."""
        start = prefix + "."
        return [key[len(start) :] for key in self.entries if key.startswith(start) and "." not in key[len(start) :]]


def _problems(key: str, words: object) -> Iterable[str]:
    if not isinstance(words, Mapping):
        yield f"{key} is not a mapping of languages"
        return
    for lang in LANGS:
        if not str(words.get(lang) or "").strip():
            yield f"{key} lacks {lang!r}"
    for lang in words:
        if lang not in LANGS:
            yield f"{key} has the unknown language {lang!r}"
    if len({placeholders(str(text)) for text in words.values()}) > 1:
        yield f"{key} has different placeholders in its languages"


# the C reader takes a tenth of the time, and each command pays it
class _NoRepeats(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, which alone keeps the last of two equal keys in silence: a text would vanish."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, "a key is declared twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_folder(folder: Path) -> Texts:
    """Texts of every `*.yaml` in a folder. Raises DeclarationError for a key in two files, or a broken file."""
    entries: dict[str, Mapping[str, str]] = {}
    home: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            part = yaml.load(path.read_text(encoding="utf-8"), _NoRepeats)
        except yaml.YAMLError as exc:
            mark = getattr(exc, "problem_mark", None)
            place = f", line {mark.line + 1}" if mark else ""
            raise DeclarationError(f"{path.name}{place} is not a valid text file.", "Correct the YAML.") from None
        for key, words in (part or {}).items():
            if key in entries:
                raise DeclarationError(f"{key} stands in {home[key]} and in {path.name}.", "Keep one of them.")
            entries[key], home[key] = words, path.name
    return Texts.from_mapping(entries)


@functools.cache
def load() -> Texts:
    """The package's texts; read once per process."""
    return read_folder(FOLDER)
