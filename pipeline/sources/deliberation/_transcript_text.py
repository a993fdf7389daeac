"""Transcripts as plain text, where a label at the beginning of a line says who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from pipeline.records import Skipped
from pipeline.sources.deliberation._transcript_said import Said, said_at
from pipeline.sources.reading.files import Line

_FEWEST_TURNS = 3
_LONGEST_OPENING = 30
_LOOKED_AT = 400
_CODE = re.compile(r"[;{}>\\]$|^\s*[<{}#@]")
_FIELD = re.compile(r"[\w .-]{1,40}:(?:\s|$)")
_SENTENCE = re.compile(r"[.?!…。？！][\"'”’»)\]*]*$")


def is_labelled(lines: tuple[str, ...]) -> float:
    """How sure it is that lines are a transcript.

    In a transcript speakers come again and take turns, what they say are sentences, and there is
    little else. 0 where that does not hold, or with fewer than three turns or two speakers.
    """
    lines = lines[:_LOOKED_AT]
    starts = [at for at, line in enumerate(lines) if line[:1].strip() and said_at(line)]
    if len(starts) < _FEWEST_TURNS or starts[0] > _LONGEST_OPENING:
        return 0.0
    speakers = [said[0] for at in starts if (said := said_at(lines[at]))]
    counts = Counter(speakers)
    takes_turns = sum(one != other for one, other in pairwise(speakers)) / (len(starts) - 1)
    again = sum(count for count in counts.values() if count > 1) / len(starts)
    dense = len(starts) / (len(lines) - starts[0])
    if len(counts) < 2 or takes_turns < 0.5 or again < 0.6 or dense < 0.2:
        return 0.0
    if not _like_speech(lines[starts[0] :], len(starts)):
        return 0.0
    return 0.88 if len(starts) >= 10 and len(starts) / len(counts) >= 3 else 0.8


def _like_speech(lines: tuple[str, ...], turns: int) -> bool:
    """Whether lines read as sentences, not as fields of a record or as code."""
    words = sum(len(line.split()) for line in lines)
    code = sum(bool(_CODE.search(line.rstrip())) for line in lines)
    fields = sum(bool(_FIELD.match(line)) and not said_at(line) for line in lines)
    sentences = sum(bool(_SENTENCE.search(line.rstrip())) for line in lines)
    if fields > 0.25 * turns:
        return False
    return words >= 4 * turns and code <= 0.1 * len(lines) and sentences >= 0.3 * turns


def said_in_text(lines: Iterable[Line | Skipped]) -> Iterator[Said | Skipped]:
    """Each turn with its speaker; what stands before the first has no speaker."""
    held: list[str] = []
    speaker, start, number = "", None, 1
    for line in lines:
        if isinstance(line, Skipped):
            yield line
            continue
        found = said_at(line.text)
        if found is None:
            held.append(line.text.strip())
            continue
        if text := _joined(held):
            yield Said(speaker, text, start, number)
        speaker, text, start = found
        held, number = [text], line.number
    if text := _joined(held):
        yield Said(speaker, text, start, number)


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def opening(lines: Iterable[Line | Skipped]) -> list[str]:
    """The lines before the first turn, such as a title and a date."""
    found: list[str] = []
    for line in islice(lines, _LONGEST_OPENING):
        if isinstance(line, Skipped) or said_at(line.text):
            break
        if line.text.strip():
            found.append(line.text.strip(" #*\t\r\n"))
    return found
