"""What members keep here beside experiences: open problems, saved searches, who may be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.records.known import Where

_EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem that nobody had lived when it was asked, kept so that it can be answered later.

    `looked_up_to` is the number of the last passage that it was held against: what has a higher
    one came later. `unseen` counts its notices that nobody has looked at.
    """

    id: int
    problem: str
    kept: datetime
    kept_by: str
    where: Where = _EVERYTHING
    looked_up_to: int = 0
    looked_at: datetime | None = None
    closed: datetime | None = None
    notices: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """An experience that came after a problem was kept open, and is near to it.

    `nearness` is as in `retrieval.limits`: higher is nearer. `told` is the problem's text.
    """

    id: int
    problem: int
    told: str
    experience: str
    title: str
    nearness: float
    found: datetime
    seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with a name: the query as it was typed, the filter beside it, and the order.

    `looked_up_to` is the number of the last passage that there was when it was last run.
    """

    id: int
    name: str
    query: str
    where: Where
    order: str
    saved: datetime
    last_run: datetime | None = None
    looked_up_to: int = 0


@dataclass(frozen=True, slots=True)
class Consent:
    """That the person behind a pseudonym agreed to be named: as what, since when, who noted it."""

    author: str
    name: str
    joined: datetime
    recorded_by: str
    contact: str = ""
