"""What the command line prints with `--json` of what members keep: see `contract`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pipeline.records import Consent, Lived, Notice, OpenProblem, Outcome, SavedSearch
from pipeline.retrieval.ledger import counted, summary
from pipeline.store import where_to_json


def ledger_json(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """A ledger: its sum in words, counts, and every entry in the order in which it was made."""
    entries = list(outcomes)
    return {
        "summary": summary(entries),
        "outcomes": dict(counted(entries)),
        "ledger": [
            {
                "outcome": one.status,
                "context": one.context,
                "date": _day(one.date),
                "author": one.author,
                "from_source": one.from_source,
                "recorded": _moment(one.recorded),
            }
            for one in entries
        ],
    }


def problem_json(problem: OpenProblem, notices: Iterable[Notice] = ()) -> dict[str, Any]:
    """A problem that is kept open, with what came for it."""
    return {
        "id": problem.id,
        "problem": problem.problem,
        "where": filter_json(where_to_json(problem.where)),
        "kept": _moment(problem.kept),
        "kept_by": problem.kept_by,
        "looked_at": _moment(problem.looked_at),
        "closed": _moment(problem.closed),
        "unseen": problem.unseen,
        "notices": [notice_json(one) for one in notices],
    }


def notice_json(notice: Notice) -> dict[str, Any]:
    """An experience that came for an open problem."""
    return {
        "problem": notice.problem,
        "told": notice.told,
        "experience": notice.experience,
        "title": notice.title,
        "nearness": round(notice.nearness, 4),
        "found": _moment(notice.found),
        "seen": _moment(notice.seen),
    }


def lived_json(lived: Lived) -> dict[str, Any]:
    """Who has lived something: people who agreed to be named, and how many others."""
    return {
        "people": [
            {
                "author": person.author,
                "name": person.name,
                "contact": person.contact,
                "experiences": list(person.experiences),
                "score": round(person.score, 4),
            }
            for person in lived.people
        ],
        "others": lived.others,
    }


def consent_json(consent: Consent) -> dict[str, Any]:
    """Somebody who agreed to be named."""
    return {
        "author": consent.author,
        "name": consent.name,
        "contact": consent.contact,
        "joined": _moment(consent.joined),
        "recorded_by": consent.recorded_by,
    }


def search_json(search: SavedSearch, *, new: int | None = None) -> dict[str, Any]:
    """A saved search; `new` where it was looked how many results are."""
    written = {
        "name": search.name,
        "query": search.query,
        "where": filter_json(where_to_json(search.where)),
        "order": search.order,
        "saved": _moment(search.saved),
        "last_run": _moment(search.last_run),
    }
    return written if new is None else {**written, "new": new}


def filter_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A filter in the words of the command line: days, and one name for each field."""
    names = {"disciplines": "discipline", "tags": "tag", "authors": "author", "sources": "source"}
    names |= {"outcomes": "outcome"}
    days = {"since", "until", "before"}
    return {names.get(k, k): v[:10] if k in days else v for k, v in kept.items()}


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
