"""Cues of subtitles (WebVTT and SubRip) as what was said, by whom, and when.

The voices of WebVTT, labels such as "Ann: hello" and comments between cues are told apart here;
libraries for subtitles strip the voices and take the comments for speech.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from pipeline.records import Skipped
from pipeline.sources.deliberation._transcript_said import Said, seconds, speaker_label
from pipeline.sources.reading.files import Line

_TIMES = re.compile(r"\s*((?:\d{1,4}:)?\d{1,3}:\d{2})[.,]\d{1,3}\s*-->")
_ARROW = re.compile(r"\s*\S{1,40}\s*-->\s*\S")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,100})>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_MOSTLY = 0.5
_OFTEN = 3


@dataclass
class _Cue:
    """One cue while it is read."""

    start: float
    line: int
    text: list[str]


def is_vtt(text: str) -> bool:
    """Whether a file begins as WebVTT does."""
    return bool(re.match(r"\s*WEBVTT(?:[ \t\r\n]|$)", text))


def is_srt(lines: tuple[str, ...]) -> bool:
    """Whether a file begins as SubRip does: a number, times, text."""
    numbered = len(lines) > 2 and lines[0].strip().isdecimal()
    return bool(numbered and _TIMES.match(lines[1])) or bool(lines and _TIMES.match(lines[0]))


def title_of(text: str) -> str:
    """The title after "WEBVTT -" in the first line, or an empty text."""
    found = re.match(r"\s*WEBVTT[ \t]++-?[ \t]*+(\S.{0,200})", text)
    return found[1].strip() if found else ""


def speakers_in(lines: Iterable[Line | Skipped]) -> frozenset[str]:
    """The labels that stand for speakers: nearly every cue has one, or one is there often."""
    counts: Counter[str] = Counter()
    cues = 0
    for cue in _cues(lines):
        if isinstance(cue, _Cue):
            cues += 1
            if label := speaker_label(_plain(" ".join(cue.text[:1])))[0]:
                counts[label] += 1
    least = 1 if sum(counts.values()) >= _MOSTLY * cues else _OFTEN
    return frozenset(label for label, count in counts.items() if count >= least)


def said_in_cues(
    lines: Iterable[Line | Skipped], speakers: frozenset[str]
) -> Iterator[Said | Skipped]:
    """What was said in each cue; lines that roll on from the cue before are said once."""
    before = ""
    for cue in _cues(lines):
        if isinstance(cue, Skipped):
            yield cue
            continue
        rolled = bool(cue.text) and _plain(cue.text[0]) == before
        kept = cue.text[1:] if rolled else cue.text
        before = _plain(cue.text[-1]) if cue.text else ""
        yield from _said(cue, "\n".join(kept), speakers)


def _said(cue: _Cue, text: str, speakers: frozenset[str]) -> Iterator[Said]:
    pieces = _VOICE.split(text)
    first = _plain(pieces[0])
    label, rest = speaker_label(first)
    known = label in speakers
    if words := rest if known else first:
        yield Said(label if known else "", words, cue.start, cue.line)
    for name, spoken in zip(pieces[1::2], pieces[2::2], strict=True):
        if words := _plain(spoken):
            yield Said(_plain(name), words, cue.start, cue.line)


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub("", text)).split())


def _cues(lines: Iterable[Line | Skipped]) -> Iterator[_Cue | Skipped]:
    """The cues, each when the next one begins; a text after a blank line belongs to its cue."""
    cue: _Cue | None = None
    block: list[str] = []
    aside = False
    for line in lines:
        if isinstance(line, Skipped):
            yield line
            continue
        text = line.text.strip()
        if _TIMES.match(line.text) or _ARROW.match(line.text):
            if cue:
                cue.text += block[:-1] if block and not aside else []
                yield cue
            cue = _Cue(_start(line.text, cue), line.number, [])
            block, aside = [], False
        elif not text:
            if cue and not aside:
                cue.text += block
            block, aside = [], False
        elif not block and _ASIDE.match(text):
            block, aside = [text], True
        else:
            block.append(text)
    if cue:
        cue.text += [] if aside else block
        yield cue


def _start(times: str, before: _Cue | None) -> float:
    found = _TIMES.match(times)
    at = seconds(found[1]) if found else None
    return at if at is not None else before.start if before else 0.0
