"""The words of the product as frozen records. A leaf: it imports nothing of the package.

Every room takes and returns these. Offsets are character offsets into `Experience.text`
(start inclusive, end exclusive), so `text[start:end]` is the quoted text itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipeline.basics import content_digest, one_line

OutcomeStatus = Literal["worked", "partly", "failed", "too early", "unknown"]
"""How what was tried turned out."""

OUTCOME_STATUSES: tuple[OutcomeStatus, ...] = (
    "worked",
    "partly",
    "failed",
    "too early",
    "unknown",
)

PartName = Literal["situation", "action", "outcome", "insight", "post", "body"]
"""What a stretch of an experience's text is. `post` is one message of a conversation."""

ExperienceKind = Literal["shared", "reflection"]

Lens = Literal[
    "assumption",
    "value",
    "frame",
    "success criterion",
    "evidence standard",
    "missing voice",
    "learning itself",
]
"""What a reflection question opens up."""

LENSES: tuple[Lens, ...] = (
    "assumption",
    "value",
    "frame",
    "success criterion",
    "evidence standard",
    "missing voice",
    "learning itself",
)

Loop = Literal["single", "double"]
Stance = Literal["supports", "contradicts", "context"]
Precedent = Literal["strong", "weak", "none"]
PatternKind = Literal["agreement", "tension", "outlier", "drift", "cross-field"]
PatternStatus = Literal["proposed", "endorsed", "contested", "retired"]
TextFormat = Literal["text", "markdown", "html"]


# --- what comes in -----------------------------------------------------------------------


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


# --- what the community knows ------------------------------------------------------------


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
    """One entry of the append-only ledger: how an experience turned out, for whom, when."""

    status: OutcomeStatus
    context: str = ""
    date: datetime | None = None
    author: str | None = None


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
    ids: tuple[str, ...] | None = None
    not_ids: tuple[str, ...] = ()
    nothing: bool = False

    @property
    def empty(self) -> bool:
        """True when it lets everything through."""
        return self == Where()


# --- what is found -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one experience, verbatim: `text == experience.text[start:end]`."""

    experience: str
    text: str
    start: int
    end: int
    stance: Stance = "context"


@dataclass(frozen=True, slots=True)
class Why:
    """Why an experience is related, told without a language model.

    `sentences` are its best matching sentences (at most two), `shared_terms` the words that
    problem and experience have in common (rarest first), `difference` one thing in which
    they differ, as a short clause.
    """

    line: str
    sentences: tuple[Quote, ...] = ()
    shared_terms: tuple[str, ...] = ()
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """A related experience. Scores: higher is nearer; `score` lies between 0 and 1.

    `dense` is the cosine of its best passage (1 is identical), `lexical` its BM25 score.
    """

    experience: Experience
    score: float
    why: Why
    passages: tuple[Passage, ...] = ()
    dense: float = 0.0
    lexical: float = 0.0
    duplicates: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking a problem gives back."""

    problem: str
    related: tuple[Related, ...]
    counter: tuple[Related, ...] = ()
    precedent: Precedent = "none"
    seconds: float = 0.0
    made_with: Mapping[str, str] = field(default_factory=dict)


# --- what is asked back ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pattern:
    """What several experiences share or why they differ, with its receipts."""

    id: str
    kind: PatternKind
    claim: str
    assumption: str
    quotes: tuple[Quote, ...]
    experiences: int
    authors: int
    holds_when: str = ""
    status: PatternStatus = "proposed"


@dataclass(frozen=True, slots=True)
class Question:
    """A reflection question with its evidence and what drafted it.

    `reasons` says why it was rejected (empty when shown). `drafted_by` names the method
    ("assembled", "assembled + clause", "model") and `model` what wrote the words.
    """

    id: str
    text: str
    lens: Lens
    loop: Loop
    assumption: str
    evidence: tuple[Quote, ...]
    sibling: str = ""
    status: Literal["shown", "rejected"] = "shown"
    reasons: tuple[str, ...] = ()
    drafted_by: str = "assembled"
    model: str = ""
    prompt: str = ""
    pattern: str = ""
    score: float = 0.0
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that a problem or topic gave: those shown, those rejected with reasons."""

    problem: str
    questions: tuple[Question, ...]
    rejected: tuple[Question, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster of experiences. `share` is its part of all experiences, 0 to 1."""

    id: str
    label: str
    keywords: tuple[str, ...]
    members: tuple[str, ...]
    representatives: tuple[str, ...]
    share: float = 0.0


# --- who acts ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. In local mode that is the owner of the machine."""

    name: str = "owner"
    role: Literal["owner", "facilitator", "analyst", "member"] = "owner"


OWNER = Actor()
