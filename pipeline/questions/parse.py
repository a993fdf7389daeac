"""From a model's raw text to candidates. Broken answers give fewer candidates, never an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.records import LENSES, Lens

MOST_CANDIDATES = 24
LONGEST_TEXT = 600

_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)
_LINE = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.):])?\s*(.+\?)\s*$")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DraftedQuestion:
    """A question as a model wrote it, nothing checked. `accounts` are the numbers it cites."""

    text: str
    lens: Lens = "assumption"
    assumption: str = ""
    instead_of: str = ""
    accounts: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()


def parse_questions(raw: str) -> tuple[DraftedQuestion, ...]:
    """The questions in a model's answer: JSON, JSON with talk around it, or one in each line.

    >>> [q.text for q in parse_questions('Sure! [{"text": "What do we protect?"}]')]
    ['What do we protect?']
    >>> [q.text for q in parse_questions("1. What do we protect?")]
    ['What do we protect?']
    >>> parse_questions("I cannot help with that.")
    ()
    """
    plain = _THOUGHT.sub("", raw)
    items = [item for value in _json_values(plain) for item in _items(value)]
    found = [drafted for item in items if (drafted := _drafted(item))]
    if not items:
        lines = (match.group(1) for line in plain.splitlines() if (match := _LINE.match(line)))
        found = [DraftedQuestion(_one_line(text)) for text in lines]
    unique = {drafted.text: drafted for drafted in found}
    return tuple(unique.values())[:MOST_CANDIDATES]


def _json_values(text: str) -> Iterator[Any]:
    """Every JSON object or list in the text, also one that was cut off in its middle."""
    fenced = _FENCE.findall(text)
    for piece in fenced or [text]:
        at = 0
        while (start := _next_start(piece, at)) >= 0:
            value, at = _decode(piece, start)
            if value is not None:
                yield value


def _next_start(text: str, at: int) -> int:
    places = [place for mark in "{[" if (place := text.find(mark, at)) >= 0]
    return min(places, default=-1)


def _decode(text: str, start: int) -> tuple[Any, int]:
    decoder = json.JSONDecoder(strict=False)
    without_commas = re.sub(r",(\s*[}\]])", r"\1", text[start:])
    for piece in (text[start:], without_commas):
        try:
            value, used = decoder.raw_decode(piece)
            return value, start + used + (len(text[start:]) - len(piece))
        except (json.JSONDecodeError, RecursionError):
            continue
    return None, start + 1


def _items(value: Any) -> list[dict[str, Any]]:
    """The objects that look like questions, wherever they are nested one level deep."""
    if isinstance(value, dict):
        if isinstance(value.get("questions"), list):
            return _items(value["questions"])
        return [value] if _text_of(value) else []
    if isinstance(value, list):
        texts = [{"text": item} for item in value if isinstance(item, str) and "?" in item]
        return texts + [item for item in value if isinstance(item, dict) and _text_of(item)]
    return []


def _text_of(item: dict[str, Any]) -> str:
    for key in ("text", "question"):
        if isinstance(item.get(key), str) and item[key].strip():
            return _one_line(item[key])
    return ""


def _drafted(item: dict[str, Any]) -> DraftedQuestion | None:
    text = _text_of(item)
    if not text or len(text) > LONGEST_TEXT:
        return None
    lens = str(item.get("lens", "")).strip().lower()
    numbers = item.get("accounts", item.get("evidence", ()))
    quotes = item.get("quotes", ())
    return DraftedQuestion(
        text=text,
        lens=next((known for known in LENSES if known == lens), "assumption"),
        assumption=_string(item.get("assumption")),
        instead_of=_string(item.get("instead_of")),
        accounts=tuple(n for n in map(_number, _listed(numbers)) if n),
        quotes=tuple(q for q in map(_string, _listed(quotes)) if q),
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _string(value: Any) -> str:
    return _one_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""


def _number(value: Any) -> int:
    digits = re.search(r"\d{1,3}", str(value)) if isinstance(value, str | int) else None
    return int(digits.group()) if digits else 0


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(' "*_')


def parse_clause(raw: str) -> str:
    r"""The clause in a model's answer, without its full stop; empty when it was cut off.

    >>> parse_clause(" The list does the work by itself. \n")
    'the list does the work by itself'
    >>> parse_clause("they act as if a longer guide will hel")
    ''
    """
    lines = [line for line in _THOUGHT.sub("", raw).strip().splitlines() if line.strip()]
    first = _one_line(lines[0]) if lines else ""
    clause = re.sub(
        r"^(?:(?:they|people|we) act as if|(?:the people here|we) take for granted that)\W*",
        "",
        first,
        flags=re.IGNORECASE,
    )
    if not re.search(r"[.!]['\"”]?$", clause):
        return ""
    clause = re.split(r"(?<=[a-z])[.!]", clause)[0].strip(" .!\"'“”…")
    return clause[:1].lower() + clause[1:] if clause[1:2].islower() else clause
