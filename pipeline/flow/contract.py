"""What the command line prints with `--json`: version 1 of the documented contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.records import (
    Experience,
    Pattern,
    Question,
    QuestionSet,
    Quote,
    Topic,
)
from pipeline.reports import ImportReport, IndexReport, PastImport

SCHEMA = 1


def questions_json(drafted: QuestionSet) -> dict[str, Any]:
    """Questions shown, questions rejected with reasons, and the patterns underneath."""
    return {
        "schema": SCHEMA,
        "problem": drafted.problem,
        "questions": [question_json(question) for question in drafted.questions],
        "rejected": [
            {"text": q.text, "reasons": list(q.reasons), "lens": q.lens, "drafted_by": q.drafted_by}
            for q in drafted.rejected
        ],
        "patterns": [pattern_json(pattern) for pattern in drafted.patterns],
        "seconds": round(drafted.seconds, 3),
        "note": drafted.note,
    }


def question_json(question: Question) -> dict[str, Any]:
    """One question with its lens, assumption, evidence and what drafted it."""
    return {
        "id": question.id,
        "text": question.text,
        "lens": question.lens,
        "loop": question.loop,
        "assumption": question.assumption,
        "sibling": question.sibling,
        "evidence": [_evidence(quote) for quote in question.evidence],
        "status": question.status,
        "drafted_by": question.drafted_by,
        "model": question.model,
        "prompt": question.prompt,
        "pattern": question.pattern,
    }


def pattern_json(pattern: Pattern) -> dict[str, Any]:
    """One pattern with its quotes and counts."""
    return {
        "id": pattern.id,
        "kind": pattern.kind,
        "claim": pattern.claim,
        "assumption": pattern.assumption,
        "evidence": [_evidence(quote) for quote in pattern.quotes],
        "experiences": pattern.experiences,
        "authors": pattern.authors,
        "holds_when": pattern.holds_when,
        "status": pattern.status,
    }


def import_json(report: ImportReport, index: IndexReport | None = None) -> dict[str, Any]:
    """What an import did, a dry run too."""
    written: dict[str, Any] = {
        "schema": SCHEMA,
        "connector": report.connector,
        "source": report.source,
        "run": report.run or None,
        "documents": report.documents,
        "experiences": report.experiences,
        "messages": report.messages,
        "authors": report.authors,
        "first": report.first.isoformat() if report.first else None,
        "last": report.last.isoformat() if report.last else None,
        "disciplines": dict(report.disciplines),
        "outcomes": dict(report.outcomes),
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "resumed": report.resumed,
        "parts": [
            {"where": part.where, "connector": part.connector, "documents": part.documents}
            for part in report.parts
        ],
        "skipped": [
            {"where": s.where, "reason": s.reason, "number": s.number} for s in report.skipped
        ],
        "skipped_reasons": dict(report.skipped_reasons),
        "redacted": dict(report.redacted),
        "notices": list(report.notices),
        "dry_run": report.dry_run,
        "limited": report.limited,
        "samples": [experience_json(experience) for experience in report.samples],
        "seconds": round(report.seconds, 3),
    }
    if index is not None and not report.dry_run:
        written["index"] = index_json(index)
    return written


def past_import_json(past: PastImport) -> dict[str, Any]:
    """One import of the history."""
    return {
        "run": past.run,
        "source": past.source,
        "connector": past.connector,
        "actor": past.actor,
        "started": past.started.isoformat(),
        "seconds": round(past.seconds, 3),
        "added": past.added,
        "changed": past.changed,
        "removed": past.removed,
        "unchanged": past.unchanged,
        "undone": past.undone.isoformat() if past.undone else None,
        "can_undo": past.can_undo,
    }


def index_json(report: IndexReport) -> dict[str, Any]:
    """What an index run did, counted in passages."""
    return {
        "schema": SCHEMA,
        "passages": report.passages,
        "embedded": report.embedded,
        "cached": report.cached,
        "deleted": report.deleted,
        "rebuilt": report.rebuilt,
        "encoder": report.encoder,
        "seconds": round(report.seconds, 3),
    }


def experience_json(experience: Experience) -> dict[str, Any]:
    """One experience, whole."""
    return {
        "id": experience.id,
        "title": experience.title,
        "text": experience.text,
        "parts": [
            {"name": p.name, "start": p.start, "end": p.end, "author": p.author, "origin": p.origin}
            for p in experience.parts
        ],
        "outcome": experience.status,
        "discipline": experience.discipline,
        "tags": list(experience.tags),
        "date": experience.date.isoformat() if experience.date else None,
        "author": experience.author,
        "origin": experience.origin,
        "source": experience.source,
        "document": experience.document,
        "links": [{"kind": link.kind, "target": link.target} for link in experience.links],
        "votes": _votes(experience),
    }


def _votes(experience: Experience) -> dict[str, int] | None:
    votes = experience.votes
    if votes is None:
        return None
    return {"agree": votes.agree, "disagree": votes.disagree, "passed": votes.passed}


def topics_json(topics: Iterable[Topic]) -> dict[str, Any]:
    """Topics, largest first, with their members."""
    return {
        "schema": SCHEMA,
        "topics": [
            {
                "id": topic.id,
                "label": topic.label,
                "keywords": list(topic.keywords),
                "experiences": len(topic.members),
                "share": round(topic.share, 4),
                "representatives": list(topic.representatives),
                "members": list(topic.members),
            }
            for topic in topics
        ],
    }


def _evidence(quote: Quote) -> dict[str, Any]:
    return {
        "experience": quote.experience,
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
        "stance": quote.stance,
    }
