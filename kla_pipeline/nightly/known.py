"""Deliveries as a build sees them: staged under today's rules, amended by today's decisions, in their order.

Here: what the ledger, the archive and the staged folders say together. Not here: tables made of it (warehouse/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kla_pipeline.errors import DeclarationError, StorageProblem
from kla_pipeline.identity.keys import Key
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery
from kla_pipeline.nightly.amending import amended
from kla_pipeline.nightly.decided import Decided
from kla_pipeline.nightly.holds import reinstated_at
from kla_pipeline.nightly.load import received_on
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.store import Manifest, cache_key, read_manifest
from kla_pipeline.settings import Paths

if TYPE_CHECKING:
    from kla_pipeline.warehouse.deliveries import KnownDelivery


def known_deliveries(
    paths: Paths,
    catalogue: Catalogue,
    deliveries: Sequence[Delivery],
    data_kind: str | None,
    decided: Decided,
    key: Key,
) -> list[KnownDelivery]:
    """All deliveries in the order in which they replace each other; those with decisions are judged again first.

    Raises DeclarationError (an agency without a source folder) and StorageProblem (not staged).
    """
    from kla_pipeline.warehouse.deliveries import KnownDelivery, in_order

    again = reinstated_at(decided.repeats)
    known = []
    for delivery in deliveries:
        manifest, name = _staged(paths, catalogue, delivery)
        overlay = decided.overlays.get(delivery.delivery_id)
        known.append(
            KnownDelivery(
                delivery.delivery_id,
                delivery.agency,
                _printable(name),
                delivery.suffix,
                delivery.size_bytes,
                received_on(delivery),
                delivery.received_at,
                manifest,
                _refusal(manifest, data_kind),
                amended(paths, delivery, catalogue, overlay, manifest, key),
                again.get(delivery.delivery_id),
            )
        )
    return in_order(known)


def _staged(paths: Paths, catalogue: Catalogue, delivery: Delivery) -> tuple[Manifest, str]:
    """The manifest of a delivery that is staged under today's rules, and its original name."""
    if delivery.agency not in catalogue.agencies:
        raise DeclarationError(
            f"No source folder declares the agency {delivery.agency} of delivery {delivery.delivery_no}.",
            "Give its folder back through KLA_SOURCES.",
        )
    manifest = read_manifest(paths.staged_delivery(delivery.agency, delivery.delivery_id))
    name = archive.original_name(paths, delivery)
    key = cache_key(delivery.current_sha256, name, received_on(delivery).isoformat(), catalogue)
    if manifest is None or manifest.content.get("cache_key") != key:
        raise StorageProblem(
            f"Delivery {delivery.delivery_no} is not staged under today's rules.", "Run the staging step first."
        )
    return manifest, name


def _printable(name: str) -> str:
    """A file name as text: bytes that are none become the replacement character."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _refusal(manifest: Manifest, data_kind: str | None) -> dict[str, str] | None:
    """Why a whole delivery counts for nothing, in both languages; None when it counts."""
    from kla_pipeline.i18n import texts
    from kla_pipeline.i18n.formats import LANGS, Lang

    reason = manifest.content["reason"]
    if reason is None and data_kind and manifest.data_kind not in ("neutral", data_kind):
        reason = {"code": "wrong_data_kind", "message": "", "hint": "", "detail": {}}
    if reason is None:
        return None
    known = texts.load()
    words: dict[Lang, str] = {
        lang: " ".join(known.find(f"reason.{reason['code']}.{part}", lang, "") for part in ("means", "do")).strip()
        for lang in LANGS
    }
    missing = reason["detail"].get("missing")
    if missing:
        for lang in words:
            words[lang] += " " + known.say("reason_detail.missing", lang, columns=", ".join(missing))
    return {"code": reason["code"], "reason_id": words["id"], "reason_en": words["en"]}
