"""Records to table rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.records import (
    Experience,
    Link,
    Outcome,
    OutcomeStatus,
    Part,
    Question,
    Quote,
    Votes,
)


def now() -> str:
    """The present moment as stored."""
    return datetime.now(UTC).isoformat()


def stamp(moment: datetime | None) -> str | None:
    """A moment as stored: ISO 8601 in UTC, so that text order is time order."""
    return moment.astimezone(UTC).isoformat() if moment else None


def moment(stored: str | None) -> datetime | None:
    """A stored moment read back."""
    return datetime.fromisoformat(stored) if stored else None


def when(stored: str) -> datetime:
    """A stored moment that is always there, read back."""
    return datetime.fromisoformat(stored)


def parts_to_json(parts: Iterable[Part]) -> list[list[Any]]:
    """Parts as short lists: name, start, end, author, created, origin."""
    return [[p.name, p.start, p.end, p.author, stamp(p.created), p.origin] for p in parts]


def parts_from_json(stored: Iterable[list[Any]]) -> tuple[Part, ...]:
    """Parts read back."""
    return tuple(
        Part(name, start, end, author, moment(created), origin)
        for name, start, end, author, created, origin in stored
    )


def experience_values(experience: Experience) -> dict[str, Any]:
    """The columns of an experience, without its community, document and tags."""
    return {
        "id": experience.id,
        "kind": experience.kind,
        "title": experience.title,
        "text": experience.text,
        "parts": parts_to_json(experience.parts),
        "author": experience.author,
        "discipline": experience.discipline,
        "date": stamp(experience.date),
        "origin": experience.origin,
        "status": experience.status,
        "links": [[link.kind, link.target] for link in experience.links],
        "votes": votes_to_json(experience.votes),
        "added": now(),
    }


def votes_to_json(votes: Votes | None) -> list[int] | None:
    """Votes as three numbers: agree, disagree, passed."""
    return [votes.agree, votes.disagree, votes.passed] if votes else None


def experience_from(row: Mapping[str, Any], tags: Iterable[str] = ()) -> Experience:
    """An experience read back; `key` and `source_name` come from the joined tables."""
    return Experience(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        parts=parts_from_json(row["parts"]),
        author=row["author"],
        discipline=row["discipline"],
        tags=tuple(tags),
        date=moment(row["date"]),
        origin=row["origin"],
        status=row["status"],
        kind=row["kind"],
        document=row["key"] or "",
        source=row["source_name"] or "",
        links=tuple(Link(kind, target) for kind, target in row["links"] or ()),
        votes=Votes(*row["votes"]) if row["votes"] else None,
    )


def summary(statuses: Iterable[OutcomeStatus]) -> OutcomeStatus:
    """What a ledger's entries come to.

    >>> summary(["worked", "unknown"]), summary(["worked", "failed"]), summary([])
    ('worked', 'partly', 'unknown')
    """
    told: set[OutcomeStatus] = {status for status in statuses if status != "unknown"}
    decided: set[OutcomeStatus] = {status for status in told if status != "too early"}
    if len(decided) == 1:
        return decided.pop()
    if decided:
        return "partly"
    return "too early" if told else "unknown"


def outcome_from(row: Mapping[str, Any]) -> Outcome:
    """A ledger entry read back."""
    return Outcome(
        status=row["status"],
        context=row["context"],
        date=moment(row["date"]),
        author=row["author"],
        from_source=bool(row["from_source"]),
        recorded=moment(row["recorded"]),
    )


def question_values(question: Question, problem: str) -> dict[str, Any]:
    """The columns of a question, without its community and run."""
    evidence = [[q.experience, q.text, q.start, q.end, q.stance] for q in question.evidence]
    return {
        "id": question.id,
        "problem": problem,
        "text": question.text,
        "lens": question.lens,
        "loop": question.loop,
        "assumption": question.assumption,
        "sibling": question.sibling,
        "evidence": evidence,
        "status": question.status,
        "reasons": list(question.reasons),
        "drafted_by": question.drafted_by,
        "model": question.model,
        "prompt": question.prompt,
        "pattern": question.pattern,
        "score": question.score,
        "created": stamp(question.created) or now(),
    }


def question_from(row: Mapping[str, Any]) -> Question:
    """A question read back."""
    return Question(
        id=row["id"],
        text=row["text"],
        lens=row["lens"],
        loop=row["loop"],
        assumption=row["assumption"],
        evidence=tuple(Quote(*entry) for entry in row["evidence"]),
        sibling=row["sibling"],
        status=row["status"],
        reasons=tuple(row["reasons"]),
        drafted_by=row["drafted_by"],
        model=row["model"],
        prompt=row["prompt"],
        pattern=row["pattern"],
        score=row["score"],
        created=moment(row["created"]),
    )
