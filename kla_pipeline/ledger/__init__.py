"""The append-only record: which deliveries came, what happened to them, which releases were made.

Here: tables, the hash chain of events and everything that speaks SQL to the ledger; files that must survive a power cut
are written with `durable`. Not here: cells of a delivery, file names of agencies, and what an event means to a reader.
SQLAlchemy is imported in this package only, and of it only Core.
"""

from kla_pipeline.ledger.decided import DecisionValue, SentRow
from kla_pipeline.ledger.records import Delivery, Event, Head, Release, Verdict, utc_text
from kla_pipeline.ledger.store import Ledger, open_ledger

__all__ = [
    "DecisionValue",
    "Delivery",
    "Event",
    "Head",
    "Ledger",
    "Release",
    "SentRow",
    "Verdict",
    "open_ledger",
    "utc_text",
]
