"""What the community knows, and the filter over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.records.incoming import Link, Votes
from pipeline.records.words import ExperienceKind, OutcomeStatus, PartName


@dataclass(frozen=True, slots=True)
class Part:
    """A named stretch of an experience's text, by offsets, with who wrote it and when."""

    name: PartName
    start: int
    end: int
    author: str | None = None
    created: datetime | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One entry of the append-only ledger: how an experience turned out, for whom, when.

    `date` is when it was tried, `recorded` when the entry was made. `from_source` is True for
    what the source itself says, False for what somebody added here.
    """

    status: OutcomeStatus
    context: str = ""
    date: datetime | None = None
    author: str | None = None
    from_source: bool = False
    recorded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Experience:
    """The unit the product works on. `author` is a pseudonym; `status` is the ledger's sum."""

    id: str
    title: str
    text: str
    parts: tuple[Part, ...] = ()
    author: str | None = None
    discipline: str | None = None
    tags: tuple[str, ...] = ()
    date: datetime | None = None
    origin: str = ""
    status: OutcomeStatus = "unknown"
    kind: ExperienceKind = "shared"
    document: str = ""
    source: str = ""
    links: tuple[Link, ...] = ()
    votes: Votes | None = None

    def part(self, name: PartName) -> str:
        """The text of the first part with that name, or an empty string.

        >>> Experience("e", "t", "It rained. We left.", (Part("action", 11, 19),)).part("action")
        'We left.'
        """
        for part in self.parts:
            if part.name == name:
                return self.text[part.start : part.end]
        return ""

    @property
    def year(self) -> int | None:
        """The year of its date, in UTC."""
        return self.date.year if self.date else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an experience that is embedded. `text` is `experience.text[start:end]`."""

    id: int
    experience: str
    text: str
    start: int
    end: int
    part: PartName = "body"


@dataclass(frozen=True, slots=True)
class Where:
    """A typed filter. Every field that is set must hold; within a field one value suffices.

    Only of `phrases` all must hold: each stands in the title or text word for word, whatever
    its case and spaces.

    `nothing=True` matches nothing at all: it is what "no permission" turns into, so that an
    empty filter can never be mistaken for "everything". `before` and `not_ids` are the date
    rule of evaluations: only what is strictly older, never the query itself.
    """

    since: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None
    disciplines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    outcomes: tuple[OutcomeStatus, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    not_ids: tuple[str, ...] = ()
    nothing: bool = False

    @property
    def empty(self) -> bool:
        """True when it lets everything through."""
        return self == Where()
