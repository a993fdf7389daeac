"""Transcripts of interviews and meetings: WebVTT, SubRip, and text with labels of speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.deliberation._transcript_cues import (
    is_srt,
    is_vtt,
    said_in_cues,
    speakers_in,
    title_of,
)
from pipeline.sources.deliberation._transcript_said import Said
from pipeline.sources.deliberation._transcript_text import is_labelled, opening, said_in_text
from pipeline.sources.reading.files import Sample, files_below, look_at, read_lines
from pipeline.sources.reading.values import moment

MOST_TURNS = 60
"""Turns of the longest document; a longer transcript becomes several."""

_LONGEST_TURN = 4_000
_LONGEST_DOCUMENT = 30_000
_PAUSE = 3.0
_LOOKED_AT = 8
_DAY = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?:[-_T ]?([0-2]\d)([0-5]\d)([0-5]\d))?"
)
_DATED = re.compile(r"(?:date|datum|fecha|data)\s*:\s*(.{6,40})", re.IGNORECASE)


class Transcript:
    """Reads one document from each transcript, or several from a long one; turns are posts."""

    name = "transcript"
    title = "Transcript"
    description = "WebVTT, SRT, or text in which labels such as 'Anna:' say who speaks"

    def recognise(self, sample: Sample) -> float:
        """Certain of subtitles, rather sure of text whose labels come again."""
        if sample.folder:
            step = max(1, len(sample.names) // _LOOKED_AT)
            looks = [sample.within(name) for name in sample.names[::step]]
            sure = [self.recognise(look) if look else 0.0 for look in looks]
            return 0.9 if min(sure) >= 0.8 else 0.0
        if is_vtt(sample.text):
            return 1.0
        return 0.98 if is_srt(sample.lines[:3]) else is_labelled(sample.lines)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every transcript as documents."""
        return accounted(_documents(path, options), options)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        yield from _transcript(path, path.name, options)
        return
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
            continue
        name = file.relative_to(path).as_posix()
        try:
            if CONNECTOR.recognise(look_at(file)) < 0.5:
                yield Skipped(name, "no transcript")
            else:
                yield from _transcript(file, name, options)
        except UnreadableSource as error:
            yield Skipped(name, error.message)


@dataclass
class _Source:
    """What is known of a transcript as a whole."""

    name: str
    title: str
    began: datetime | None
    exact: bool = False  # whether `began` has the time of the day
    turns: list[Said] = field(default_factory=list)
    portions: int = 0

    def portion(self, *, last: bool) -> Document:
        """The turns so far as a document; they are forgotten."""
        self.portions += 1
        many = self.portions > 1 or not last
        parts = tuple(self._part(said) for said in self.turns)
        first = parts[0]
        self.turns = []
        return Document(
            key=f"{self.name}/{self.portions}",
            title=f"{self.title} (part {self.portions})" if many else self.title,
            parts=parts,
            origin=first.origin or self.name,
            author=next((part.author for part in parts if part.author), None),
            created=first.created,
        )

    def _part(self, said: Said) -> SourcePart:
        timed = said.start is not None
        where = f"{self.name}#t={said.start:.0f}" if timed else f"{self.name}:{said.line}"
        after = timedelta(seconds=min(said.start or 0, 10**6)) if self.exact else timedelta()
        created = self.began + after if self.began else None
        return SourcePart(
            "post", said.text, author=said.speaker or None, created=created, origin=where
        )


def _transcript(path: Path, name: str, options: ReadOptions) -> Iterator[Document | Skipped]:
    source, said = _opened(path, name, options)
    size = 0
    for turn in _turns(said):
        if isinstance(turn, Skipped):
            yield turn
            continue
        if source.turns and (len(source.turns) >= MOST_TURNS or size >= _LONGEST_DOCUMENT):
            yield source.portion(last=False)
            size = 0
        source.turns.append(turn)
        size += len(turn.text)
    if source.turns:
        yield source.portion(last=True)
    elif not source.portions:
        raise UnreadableSource(f"{path} holds no words of a transcript.")


def _opened(
    path: Path, name: str, options: ReadOptions
) -> tuple[_Source, Iterator[Said | Skipped]]:
    sample = look_at(path)
    lines = read_lines(path, longest=options.longest_line, notice=options.notice)
    began, exact = _day_in(Path(name).stem)
    stem = Path(name.removesuffix(".gz")).stem
    if is_vtt(sample.text) or is_srt(sample.lines[:3]):
        again = read_lines(path, longest=options.longest_line)
        source = _Source(name, title_of(sample.text) or stem, began, exact)
        return source, said_in_cues(lines, speakers_in(again))
    head = opening(read_lines(path, longest=options.longest_line))
    title = head[0] if head and len(head[0]) <= 120 else stem
    dated = next((day for line in head if (day := _day_of(line, options))), began)
    return _Source(name, title, dated, exact and dated == began), said_in_text(lines)


def _day_in(text: str) -> tuple[datetime | None, bool]:
    """A day in the name of a file, and whether the time of the day stands with it."""
    found = _DAY.search(text)
    if not found:
        return None, False
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC), bool(found[4])
    except ValueError:
        return None, False


def _day_of(line: str, options: ReadOptions) -> datetime | None:
    found = _DATED.match(line)
    return moment(found[1].strip(), day_first=bool(options.day_first)) if found else None


def _turns(said: Iterable[Said | Skipped]) -> Iterator[Said | Skipped]:
    """What one speaker said in a row as one turn; without speakers, what has no pause in it."""
    turn: Said | None = None
    at: float | None = None
    for piece in said:
        if isinstance(piece, Skipped):
            yield piece
            continue
        if turn and _goes_on(turn, at, piece):
            turn = replace(turn, text=f"{turn.text} {piece.text}")
        else:
            if turn:
                yield turn
            turn = piece
        at = piece.start
    if turn:
        yield turn


def _goes_on(turn: Said, at: float | None, piece: Said) -> bool:
    if turn.speaker != piece.speaker or len(turn.text) >= _LONGEST_TURN:
        return False
    if turn.speaker or at is None or piece.start is None:
        return bool(turn.speaker)
    ended = turn.text.endswith((".", "!", "?", "。", "…"))
    return piece.start - at < 3 * _PAUSE and not (ended and len(turn.text) > 400)


CONNECTOR = Transcript()
