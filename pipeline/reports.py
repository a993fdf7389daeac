"""What an import or an index run did. A leaf, beside the records that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.records import Experience, OutcomeStatus, Skipped


@dataclass(frozen=True, slots=True)
class ImportPart:
    """One part of a source of several kinds: where it lay, what read it, what it gave."""

    where: str
    connector: str
    documents: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Counts are of documents, `experiences` of what they gave.

    `parts` tells how each part of a mixed folder was recognised; `messages` counts the posts,
    mails or sections in the documents; `authors` counts people by the names they had there.
    `skipped` holds the first thousand, `skipped_reasons` counts them all. `redacted` counts what
    was taken out of text. `resumed` documents were ready from an import that was cut short.
    `notices` say what a reader should know of it: an encoding that was guessed, columns unused.
    """

    connector: str
    source: str
    documents: int = 0
    experiences: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[Skipped, ...] = ()
    skipped_reasons: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Experience, ...] = ()
    notices: tuple[str, ...] = ()
    parts: tuple[ImportPart, ...] = ()
    messages: int = 0
    authors: int = 0
    first: datetime | None = None
    last: datetime | None = None
    disciplines: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[OutcomeStatus, int] = field(default_factory=dict)
    redacted: Mapping[str, int] = field(default_factory=dict)
    resumed: int = 0
    limited: bool = False
    run: int = 0
    dry_run: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import in the history. `undone` is when it was taken back, `can_undo` whether it can.

    `known_later` counts what people recorded since on experiences that undoing would remove.
    """

    run: int
    source: str
    connector: str
    actor: str
    started: datetime
    seconds: float
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    undone: datetime | None = None
    can_undo: bool = False
    known_later: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did, in passages. `cached` were found in the embedding cache."""

    passages: int = 0
    embedded: int = 0
    cached: int = 0
    deleted: int = 0
    rebuilt: bool = False
    encoder: str = ""
    seconds: float = 0.0
