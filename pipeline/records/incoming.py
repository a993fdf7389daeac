"""What comes in from a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.basics import content_digest, one_line
from pipeline.records.words import OutcomeStatus, PartName, TextFormat


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One stretch of a document as its source had it, not yet cleaned.

    `author` is the name in the source, `mentions` are the names of people that its text has
    behind an @: none of them reaches the database, see `documents.authors`.
    """

    name: PartName
    body: str
    format: TextFormat = "text"
    author: str | None = None
    created: datetime | None = None
    origin: str | None = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What one document says of another: `target` is that one's key in its source, or a link.

    `duplicate`: asks the same; `supersedes`: takes its place; `requires`: builds on it;
    `related`: speaks of it.
    """

    kind: Literal["duplicate", "supersedes", "requires", "related"]
    target: str


@dataclass(frozen=True, slots=True)
class Votes:
    """How people stood to a statement, where the source counted it."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def total(self) -> int:
        """Everybody who voted."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class Document:
    """One thing as the source had it: a row, a thread, a page, a report.

    `key` identifies it within its source across re-imports. `origin` is a link or a locator
    that leads a reader back to it.
    """

    key: str
    title: str
    parts: tuple[SourcePart, ...]
    origin: str
    author: str | None = None
    created: datetime | None = None
    discipline: str | None = None
    tags: tuple[str, ...] = ()
    status: OutcomeStatus = "unknown"
    language: str | None = None
    links: tuple[Link, ...] = ()
    votes: Votes | None = None

    @property
    def content_hash(self) -> str:
        """Digest of everything in it but its origin: the same content has the same hash."""
        parts = [(p.name, p.body, p.format, p.author, p.created) for p in self.parts]
        # what few sources have counts only where it is there, so that other hashes stay
        more: list[object] = []
        if self.links:
            more.append([(link.kind, link.target) for link in self.links])
        if self.votes:
            more.append((self.votes.agree, self.votes.disagree, self.votes.passed))
        return content_digest(
            self.title,
            parts,
            self.author,
            self.created,
            self.discipline,
            self.tags,
            self.status,
            self.language,
            *more,
        )


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a source that was left out: `where` it stood and the `reason`.

    Both are one line each, whatever the names and values are that they tell of. `number` tells
    how many records it stands for, where several are told in one line.
    """

    where: str
    reason: str
    number: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", one_line(self.where))
        object.__setattr__(self, "reason", one_line(self.reason))
