"""How recency and lived outcomes move an experience a little, and saying why.

An experience counts as `1 + lived + recent` times as near as it is:

- `lived`, from 0 to 0.03: how much is known of how it turned out, whatever that was. Entries of
  the ledger that tell where it was tried count most. It grows ever more slowly.
- `recent`, from -0.02 to 0.02: how long ago it was last lived, against the others that were
  found. Half of it is gone after ten years.

Whether it worked or failed is left out on purpose. Somebody who faces the problem learns as much
from a failure that others tried again as from a success, and pushing failures down would hide
the very experiences that speak against the usual way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Literal, NamedTuple

from pipeline.records import Outcome
from pipeline.retrieval.candidates import Ranked
from pipeline.retrieval.ledger import summary

Order = Literal["lived", "nearness"]
"""`lived`: nearness moved by what was lived; `nearness`: by nearness alone."""

ORDERS: tuple[Order, ...] = ("lived", "nearness")

MOST_LIVED = 0.03
"""Upper bound of what known outcomes add, as a part of the score."""

MOST_RECENT = 0.02
"""Upper bound of what recency adds or takes, as a part of the score."""

HALF_LIFE = 10.0
"""Years after which an experience counts half as recent."""

HALF_LIVED = 2.0
"""Entries, each with its context, that make half of what known outcomes can add."""

WITH_CONTEXT, WITHOUT_CONTEXT, FROM_SOURCE = 1.0, 0.6, 0.5
TOO_EARLY = 0.5  # of what the entry would weigh otherwise
COMPARED = 50  # of the nearest, with which ages are compared
FEWEST_DATED = 3  # experiences with a date, without which no age is compared
DAYS_A_YEAR = 365.25


class _Shift(NamedTuple):
    lived: float
    recent: float
    lived_why: str
    recent_why: str


_STILL = _Shift(0.0, 0.0, "", "")


def reordered(
    ranked: Sequence[Ranked],
    dates: Mapping[str, datetime | None],
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    now: datetime,
) -> list[tuple[Ranked, str]]:
    """The same experiences in the order of what was lived, each with why it stands elsewhere.

    The clause is empty for one that did not change its place, or only because another did.
    Scores stay what they are: how near the experience is. Where nothing has a date and nothing
    is known of outcomes, nothing moves.

    Args:
        ranked: Experiences, nearest first.
        dates: When each is from, by id; one that is absent is not moved at all.
        outcomes: Their ledgers, by id.
        now: The present moment.
    """
    ages = {
        id_: max((now - last).days / DAYS_A_YEAR, 0.0)
        for id_ in (r.experience for r in ranked)
        if id_ in dates and (last := _last_lived(dates[id_], outcomes.get(id_, ())))
    }
    usual = _usual([ages[r.experience] for r in ranked[:COMPARED] if r.experience in ages])
    shifts = [
        _shift(dates[r.experience], outcomes.get(r.experience, ()), ages.get(r.experience), usual)
        if r.experience in dates
        else _STILL
        for r in ranked
    ]
    if not any(shift.lived or shift.recent for shift in shifts):
        return [(r, "") for r in ranked]
    places = sorted(
        range(len(ranked)),
        key=lambda i: (-ranked[i].score * (1.0 + shifts[i].lived + shifts[i].recent), i),
    )
    return [(ranked[old], _why(shifts[old], old, new)) for new, old in enumerate(places)]


def known(outcomes: Iterable[Outcome]) -> float:
    """How much is known of how something turned out: about 1 for each time it was tried.

    What a source says itself counts half, an entry that tells nothing of where it was tried a
    little more than half, and "too early" half of that. Somebody's entries count as the
    weightiest of them, so that nobody can move an experience alone.
    """
    by_author: dict[str, float] = {}
    total = 0.0
    for outcome in outcomes:
        weight = _weight(outcome)
        if outcome.author and not outcome.from_source:
            by_author[outcome.author] = max(weight, by_author.get(outcome.author, 0.0))
        else:
            total += weight
    return total + sum(by_author.values())


def _weight(outcome: Outcome) -> float:
    if outcome.status == "unknown":
        return 0.0
    weight = FROM_SOURCE
    if not outcome.from_source:
        weight = WITH_CONTEXT if outcome.context.strip() else WITHOUT_CONTEXT
    return weight * TOO_EARLY if outcome.status == "too early" else weight


def _last_lived(date: datetime | None, outcomes: Iterable[Outcome]) -> datetime | None:
    tried = [o.date or o.recorded for o in outcomes if not o.from_source]
    moments = [moment for moment in (date, *tried) if moment]
    return max(moments) if moments else None


def _usual(ages: Sequence[float]) -> float | None:
    return median(ages) if len(ages) >= FEWEST_DATED else None


def _shift(
    date: datetime | None, outcomes: Sequence[Outcome], age: float | None, usual: float | None
) -> _Shift:
    tries = known(outcomes)
    lived = MOST_LIVED * tries / (tries + HALF_LIVED)
    recent = 0.0
    if age is not None and usual is not None:
        recent = MOST_RECENT * (_freshness(age) - _freshness(usual))
    return _Shift(
        lived, recent, _lived_why(outcomes), _recent_why(date, outcomes, younger=recent > 0)
    )


def _freshness(age: float) -> float:
    return float(0.5 ** (age / HALF_LIFE))


def _why(shift: _Shift, old: int, new: int) -> str:
    if new < old:
        reasons = [(shift.lived, shift.lived_why), (shift.recent, shift.recent_why)]
        return "; ".join(why for by, why in reasons if by > 0)
    if new > old and shift.recent < 0:
        return shift.recent_why
    return ""


def _lived_why(outcomes: Sequence[Outcome]) -> str:
    since = [o for o in outcomes if not o.from_source and o.status != "unknown"]
    if since:
        times = "once" if len(since) == 1 else f"{len(since)} times"
        return f"tried {times} since: {summary(since)}"
    told = summary(outcomes)
    return f"how it turned out is known: {told}" if told else ""


def _recent_why(date: datetime | None, outcomes: Sequence[Outcome], *, younger: bool) -> str:
    last = _last_lived(date, outcomes)
    if last is None:
        return ""
    when = f"from {last.year}" if last == date else f"last tried in {last.year}"
    return f"{when}, {'newer' if younger else 'older'} than most here"
