"""What `ask --json` prints: an answer, its related experiences and why they are related."""

from __future__ import annotations

from typing import Any

from pipeline.flow.asking import precedent_means
from pipeline.flow.contract_kept import lived_json
from pipeline.records import Answer, Contrast, Quote, Related, Why
from pipeline.retrieval.ledger import counted

SCHEMA = 1


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer: related experiences, counter-experiences and how strong the precedent is."""
    return {
        "schema": SCHEMA,
        "problem": answer.problem,
        "related": [related_json(one) for one in answer.related],
        "counter": [related_json(one) for one in answer.counter],
        "elsewhere": [related_json(one) for one in answer.elsewhere],
        "lived": lived_json(answer.lived),
        "precedent": answer.precedent,
        "precedent_means": precedent_means(answer),
        "total": answer.total,
        "offset": answer.offset,
        "notes": list(answer.notes),
        "seconds": round(answer.seconds, 4),
        "made_with": dict(answer.made_with),
    }


def related_json(related: Related) -> dict[str, Any]:
    """One related experience with its passages (offsets into its text) and why it is related."""
    experience = related.experience
    return {
        "id": experience.id,
        "title": experience.title,
        "score": round(related.score, 4),
        "why": why_json(related.why),
        "moved": related.moved,
        "contrast": contrast_json(related.contrast) if related.contrast else None,
        "passages": [
            {"text": p.text, "start": p.start, "end": p.end, "part": p.part}
            for p in related.passages
        ],
        "outcome": experience.status,
        "outcomes": dict(counted(related.outcomes)),
        "origin": experience.origin,
        "discipline": experience.discipline,
        "tags": list(experience.tags),
        "date": experience.date.date().isoformat() if experience.date else None,
        "author": experience.author,
        "source": experience.source,
        "document": experience.document,
        "dense": round(related.dense, 4),
        "lexical": round(related.lexical, 4),
        "duplicates": list(related.duplicates),
    }


def why_json(why: Why) -> dict[str, Any]:
    """Why an experience is related; offsets of `asked` are into the problem."""
    return {
        "line": why.line,
        "sentences": [_quote(quote) for quote in why.sentences],
        "pairs": [
            {
                "asked": _quote(pair.asked),
                "told": _quote(pair.told),
                "asked_words": [_quote(word) for word in pair.asked_words],
                "told_words": [_quote(word) for word in pair.told_words],
            }
            for pair in why.pairs
        ],
        "shared_terms": list(why.shared_terms),
        "facets": list(why.facets),
        "difference": why.difference,
    }


def contrast_json(contrast: Contrast) -> dict[str, Any]:
    """What a counter-experience is held against; `here` is the counter-experience."""
    return {
        "kind": contrast.kind,
        "against": contrast.against,
        "title": contrast.title,
        "clear": contrast.clear,
        "shares": list(contrast.shares),
        "differs": [
            {"facet": one.facet, "here": one.here, "there": one.there} for one in contrast.differs
        ],
        "words": [{"experience": q.experience, **_quote(q)} for q in contrast.words],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"text": quote.text, "start": quote.start, "end": quote.end}
