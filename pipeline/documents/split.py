"""Splits experiences into passages short enough for an encoder, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from langchain_text_splitters import RecursiveCharacterTextSplitter

from pipeline.records import Experience, PartName, Passage

SIZE = 900
"""Characters of the longest passage: what an encoder of 256 tokens takes in nearly always."""

_PIECE = re.compile(r"[^\W\d_]{1,6}|\d{1,2}|[^\w\s]|_")
"""About what an encoder's tokenizer makes one token of."""

_CHARACTERS_A_PIECE = 4.5

_SEPARATORS = [r"\n\n", r"\n", r"(?<=[.!?…。！？])\s", r"(?<=[;:,])\s", r"\s", ""]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    part: PartName
    longest: int
    tokens: int
    """About how many an encoder makes of it; those of neighbours add up."""


def split_experience(
    experience: Experience, *, size: int = SIZE, overlap: int = 0
) -> list[Passage]:
    """The passages of an experience in the order of its text; their ids are 0.

    Splits between parts first, then between paragraphs, sentences and words; short parts
    beside each other become one passage. Each has at most `size` characters (fewer where
    the text is code, numbers or signs, see `weight`), holds exactly
    `experience.text[start:end]`, and is named for the part it has most of.

    Args:
        experience: What to split.
        size: Most characters of a passage.
        overlap: Characters that neighbours within one long part may share.
    """
    whole = _whole(experience, size)
    spans = [whole] if whole else _merged(_spans(experience, size, overlap), size)
    return [
        Passage(0, experience.id, experience.text[s.start : s.end], s.start, s.end, s.part)
        for s in spans
    ]


def weight(text: str) -> int:
    """Length of a text in characters of plain prose that give an encoder as many tokens.

    >>> prose = "They wanted another experienced person beside them."
    >>> weight(prose) == len(prose)
    True
    >>> log = "0x7f3a: 12,7;"
    >>> weight(log) > 2 * len(log)
    True
    """
    return _weight(len(text), len(_PIECE.findall(text)))


def _weight(length: int, tokens: int) -> int:
    return max(length, round(_CHARACTERS_A_PIECE * tokens))


_weight_again = lru_cache(maxsize=10_000)(weight)
"""The splitter asks for the weight of the same words several times."""


def _whole(experience: Experience, size: int) -> _Span | None:
    """All of a short experience as one span; None for any other. It saves most of the time."""
    text = experience.text
    if not text or len(text) > size:
        return None
    tokens = len(_PIECE.findall(text))
    if _weight(len(text), tokens) > size:
        return None
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    stretches = list(_stretches(experience))
    part, length = max(
        ((name, len(text[a:b].strip())) for name, a, b in stretches), key=lambda one: one[1]
    )
    return _Span(start, end, part, length, tokens) if start < end else None


def _spans(experience: Experience, size: int, overlap: int) -> Iterator[_Span]:
    for name, start, end in _stretches(experience):
        for first, last, tokens in _cut(experience.text[start:end], size, overlap):
            yield _Span(start + first, start + last, name, last - first, tokens)


def _stretches(experience: Experience) -> Iterator[tuple[PartName, int, int]]:
    """The parts in order, and as `body` whatever text lies outside of them."""
    at = 0
    for part in sorted(experience.parts, key=lambda part: part.start):
        if at < part.start:
            yield "body", at, part.start
        if max(at, part.start) < part.end:
            yield part.name, max(at, part.start), part.end
        at = max(at, part.end)
    if at < len(experience.text):
        yield "body", at, len(experience.text)


def _cut(text: str, size: int, overlap: int) -> Iterator[tuple[int, int, int]]:
    """Spans of a text of at most `size` characters, of about the same length, with tokens."""
    tokens = len(_PIECE.findall(text))
    heavy = _weight(len(text), tokens)
    if heavy <= size:
        kept = text.strip()
        start = len(text) - len(text.lstrip())
        if kept:
            yield start, start + len(kept), tokens
        return
    pieces = ceil(heavy / size)
    even = min(size, max(ceil(heavy / pieces * 1.15), overlap + 1))
    at = 0
    for piece in _splitter(even, overlap).split_text(text):
        # every piece stands in the text as it is; it begins no earlier than the one before
        found = text.find(piece, at)
        yield found, found + len(piece), len(_PIECE.findall(piece))
        at = max(found + 1, found + len(piece) - overlap)


@lru_cache(maxsize=512)
def _splitter(size: int, overlap: int) -> RecursiveCharacterTextSplitter:
    return RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=overlap,
        length_function=_weight_again,
    )


def _merged(spans: Iterator[_Span], size: int) -> list[_Span]:
    """Neighbours joined as long as they fit into one passage together."""
    merged: list[_Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        tokens = last.tokens + span.tokens if last else 0
        if last and last.end <= span.start and _weight(span.end - last.start, tokens) <= size:
            longer = last if last.longest >= span.longest else span
            merged[-1] = _Span(last.start, span.end, longer.part, longer.longest, tokens)
        else:
            merged.append(span)
    return merged
