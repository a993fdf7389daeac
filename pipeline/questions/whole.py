"""Whole questions from a larger model: asked for with a schema, tied to evidence by code.

The model cites accounts by number and quotes them; code finds the quotes in the experiences.
A question that quotes what nobody wrote, or cites fewer than two accounts, falls at the gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.basics import digest
from pipeline.patterns import Contrast, Side, pattern_of, stanced
from pipeline.patterns.contrast import quote
from pipeline.questions.assemble import Candidate
from pipeline.questions.chat_model import ChatModel
from pipeline.questions.gate import quoted_words
from pipeline.questions.language import NAMES
from pipeline.questions.parse import DraftedQuestion, parse_questions
from pipeline.questions.prompt_files import Prompt
from pipeline.records import LENSES, Question, Quote

ACCOUNTS = 8
ASKED = 8  # questions; more than are shown, so that gates and judge can choose
MAX_TOKENS = 2400

_TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "title": "questions",
    "description": "Questions for a conversation about the assumptions under a problem",
    "type": "object",
    "properties": {
        "questions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": _TEXT,
                    "lens": {"type": "string", "enum": list(LENSES)},
                    "assumption": _TEXT,
                    "instead_of": _TEXT,
                    "accounts": {"type": "array", "items": {"type": "integer"}},
                    "quotes": {"type": "array", "items": _TEXT},
                },
                "required": ["text", "lens", "assumption", "instead_of", "accounts", "quotes"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["questions"],
    "additionalProperties": False,
}


def whole_questions(
    problem: str,
    contrasts: Sequence[Contrast],
    *,
    model: ChatModel,
    prompt: Prompt,
    language: str,
) -> tuple[Candidate, ...]:
    """Candidates that the model drafted from the experiences of the contrasts, not yet gated.

    Raises:
        ServiceError: The model does not answer.
    """
    sides = _accounts(contrasts)
    system, user = prompt.filled(
        {
            "problem": problem,
            "accounts": [_account(side) for side in sides],
            "count": str(ASKED),
            "language": NAMES.get(language, "English"),
        }
    )
    raw = model.complete(system, user, schema=SCHEMA, max_tokens=MAX_TOKENS)
    return tuple(
        _candidate(drafted, sides, contrasts, problem=problem, model=model.name, prompt=prompt.id)
        for drafted in parse_questions(raw)
    )


def _accounts(contrasts: Sequence[Contrast]) -> list[Side]:
    """The experiences of the strongest contrasts, each once."""
    sides: dict[str, Side] = {}
    for contrast in contrasts:
        for side in (contrast.a, contrast.b):
            sides.setdefault(side.experience.id, side)
    return list(sides.values())[:ACCOUNTS]


def _account(side: Side) -> str:
    experience = side.experience
    about = [experience.discipline or "", str(experience.year or ""), experience.status]
    facts = ", ".join(fact for fact in about if fact and fact != "unknown")
    told = experience.part("insight") or experience.text
    return f"{experience.title} ({facts}). {told}"[:900]


def _candidate(
    drafted: DraftedQuestion,
    sides: Sequence[Side],
    contrasts: Sequence[Contrast],
    *,
    problem: str,
    model: str,
    prompt: str,
) -> Candidate:
    cited = [sides[n - 1] for n in drafted.accounts if 0 < n <= len(sides)]
    evidence = _evidence(drafted, cited, sides)
    ids = {q.experience for q in evidence}
    contrast = max(contrasts, key=lambda c: (len(c.key & ids), c.strength))
    if contrast.key <= ids:
        stances = {q.experience: q.stance for q in stanced(contrast)}
        evidence = tuple(replace(q, stance=stances.get(q.experience, q.stance)) for q in evidence)
    question = Question(
        id=digest("model", model, problem, drafted.text)[:16],
        text=drafted.text,
        lens=drafted.lens,
        loop="double",
        assumption=drafted.assumption,
        evidence=evidence,
        sibling=drafted.instead_of,
        drafted_by="model",
        model=model,
        prompt=prompt,
        pattern=pattern_of(contrast).id if contrast.key <= ids else "",
    )
    return Candidate(question, contrast, None, contrast.strength, question.id)


def _evidence(
    drafted: DraftedQuestion, cited: Sequence[Side], sides: Sequence[Side]
) -> tuple[Quote, ...]:
    """A verbatim quote for each account that is cited or whose words are quoted."""
    found: dict[str, Quote] = {}
    for words in (*quoted_words(drafted.text), *drafted.quotes):
        for side in (*cited, *sides):
            start = side.experience.text.find(words.strip(" .,;"))
            if start >= 0 and len(words.split()) >= 3:
                end = start + len(words.strip(" .,;"))
                found.setdefault(side.experience.id, quote(side.experience, start, end, "supports"))
                break
    for side in cited:
        found.setdefault(side.experience.id, replace(side.sentence, stance="supports"))
    return tuple(found.values())
