"""Logs of IRC channels, as clients, bouncers and public archives keep them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.chat._irc_files import (
    LogFile,
    day_in,
    logs_below,
    share_of_folder,
    share_of_log,
)
from pipeline.sources.chat._irc_lines import (
    LAST_YEAR,
    Clock,
    Entry,
    day_of,
    entry,
    newcomer,
)
from pipeline.sources.chat.exported_files import Seen, chat_lines
from pipeline.sources.chat.message import Channel, Message, conversations
from pipeline.sources.reading.files import Line, Sample
from pipeline.sources.reading.left_out import LeftOut

NOTICES = "joins, parts and other notices of the server"
EMPTY = "no text"
NO_CHAT = "not a line of a chat"

_HEAD = 2000
"""Lines that are looked at to tell a clock of twelve hours."""

_BACK = 2 * 3600
"""A clock that goes back by more seconds than this tells of the next day; summer time is less."""

_ADDRESS = re.compile(r"@?([^\s:,<>]{1,64}|[^\s:,]{1,64})[:,](?=\s|$)\s*")


class Irc:
    """Reads conversations; each message is a part with its author, time and line."""

    name = "irc"
    title = "IRC logs"
    description = "logs of irssi, WeeChat, HexChat, mIRC, ZNC, eggdrop and public archives"

    def recognise(self, sample: Sample) -> float:
        """Sure of a file whose lines are those of a log, of a folder that holds little else."""
        if not sample.folder:
            return share_of_log(sample)
        return share_of_folder(sample)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document; notices of the server are counted as skipped."""
        return accounted(_documents(path, options), options)


def messages_of(
    lines: Iterable[str],
    *,
    file: str = "log",
    day: date | None = None,
    left: LeftOut | None = None,
) -> Iterator[Message]:
    """What was said in the lines of one log, in their order.

    Args:
        lines: The lines, with or without their ends.
        file: What the log is called. `origin` of a message is `FILE:LINE`, lines counted from 1.
        day: The day of the first line, for logs whose lines only have a time; by default the
            date in the name of the file.
        left: Counts joins and other lines that hold no message.
    """
    log = _Log(left or LeftOut(file), day or day_in(file))
    for message in log.read(file, (Line(n, text) for n, text in enumerate(lines, 1))):
        if isinstance(message, Message):
            yield message


class _Log:
    """Reads the lines of one channel; remembers the day and who is there."""

    def __init__(self, left: LeftOut, day: date | None) -> None:
        self.left = left
        self.dated = False
        self._day = day
        self._last: int | None = None
        self._at: datetime | None = None
        self._twelve = False
        self._afternoon = False
        self._there: dict[str, str] = {}
        self._seen = Seen(most=20_000)

    def read(self, file: str, lines: Iterable[Line | Skipped]) -> Iterator[Message | Skipped]:
        """The messages of a file, and lines that could not be read."""
        lines = iter(lines)
        head = list(islice(lines, _HEAD))
        self._twelve = _twelve_hours(line.text for line in head if isinstance(line, Line))
        for line in chain(head, lines):
            if isinstance(line, Skipped):
                yield line
            elif line.text.strip() and (message := self._message(entry(line.text))):
                yield replace(message, origin=f"{file}:{line.number}")

    def starts(self, day: date | None) -> None:
        """A new file begins, on that day."""
        if day:
            self._turn(day)

    def _message(self, said: Entry) -> Message | None:
        if said.kind == "day":
            self._turn(said.day or self._next())
        created = self._at = self._moment(said.clock) if said.clock else self._at
        if said.kind in {"said", "did", "maybe did"} and self._speaks(said):
            return self._made(said, created)
        if said.kind != "day":
            self.left.add(_why(said))
        if name := newcomer(said.text):
            self._there[name.casefold()] = name
        return None

    def _speaks(self, said: Entry) -> bool:
        """Whether there are words of someone who is known to be there."""
        if said.kind == "maybe did" and said.author.casefold() not in self._there:
            return False
        return bool(said.text)

    def _made(self, said: Entry, created: datetime | None) -> Message:
        self._there[said.author.casefold()] = said.author
        mentions, text = self._addressed(said.text)
        self.dated = self.dated or created is not None
        return Message(
            id=self._key(said),
            text=text,
            author=said.author,
            created=created,
            mentions=mentions,
        )

    def _key(self, said: Entry) -> str:
        """Names a message by what it is, so that a longer log names it the same."""
        when = (str(self._day), str(said.clock.seconds if said.clock else ""))
        words = (said.author, said.text)
        return content_key(*when, *words, self._seen.before(*when, *words))

    def _addressed(self, text: str) -> tuple[tuple[str, ...], str]:
        """Whom a message is addressed to, and the text with "@" before their names."""
        names: list[str] = []
        marked, at = "", 0
        while len(names) < 8 and (found := _ADDRESS.match(text, at)):
            name = self._there.get(found[1].casefold())
            if name is None:
                break
            names.append(name)
            marked += f"@{found[0].removeprefix('@')}"
            at = found.end()
        return tuple(dict.fromkeys(names)), marked + text[at:]

    def _moment(self, clock: Clock) -> datetime | None:
        if clock.day:
            self._turn(clock.day)
        elif clock.month:
            self._turn(self._with_year(*clock.month))
        elif self._last is not None and self._told(clock) < self._last - _BACK:
            self._roll()
        self._last = self._told(clock)
        if self._day is None:
            return None
        ahead = timedelta(hours=12) if self._afternoon else timedelta()
        twelve = self._twelve and clock.day is None
        return (replace(clock, hour=clock.hour % 12) if twelve else clock).on(self._day) + ahead

    def _told(self, clock: Clock) -> int:
        return clock.seconds % (12 * 3600) if self._twelve else clock.seconds

    def _roll(self) -> None:
        if self._twelve and not self._afternoon:
            self._afternoon = True
        else:
            self._turn(self._next())

    def _turn(self, day: date | None) -> None:
        self._day, self._last, self._afternoon = day, None, False

    def _next(self) -> date | None:
        if self._day is None or self._day.year >= LAST_YEAR:
            return self._day
        return self._day + timedelta(days=1)

    def _with_year(self, month: int, day: int) -> date | None:
        """The date of lines that have no year: that of the day before, or the next in January."""
        if self._day is None:
            return None
        apart = self._day.month - month
        year = self._day.year + (apart > 6) - (apart < -6)
        return day_of(str(year), str(month), str(day))


def _why(said: Entry) -> str:
    if said.kind == "other":
        return NO_CHAT
    return NOTICES if said.kind in {"notice", "maybe did"} else EMPTY


def _twelve_hours(lines: Iterable[str]) -> bool:
    """Whether a clock without "am" and "pm" goes from 12 to 1, as in some old public logs."""
    before, turned = 0, False
    for said in map(entry, lines):
        if said.kind == "day":
            before = 0
        if said.clock is None:
            continue
        hour = said.clock.hour
        if said.clock.day or said.clock.month or not 1 <= hour <= 12:
            return False
        turned = turned or (before == 12 and hour == 1)
        before = hour
    return turned


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        name = path.name if day_in(path.name) else "/".join(path.parts[-4:])
        log = _Log(LeftOut(path.name, one="line", many="lines"), day_in(name))
        channel = _channel(LogFile(path, path.name).channel)
        found = conversations(_lines(log, [LogFile(path, path.name)], options), channel)
        yield from _told(found, log, path, options)
        return
    logs: dict[str, list[LogFile]] = {}
    for file in logs_below(path):
        if isinstance(file, Skipped):
            yield file
        else:
            logs.setdefault(file.channel, []).append(file)
    if not logs:
        raise UnreadableSource(f"The folder {path} holds no IRC logs.")
    for name, files in logs.items():
        files.sort(key=lambda file: (file.day or date.min, file.name))
        log = _Log(LeftOut(f"channel {name}", one="line", many="lines"), None)
        yield from conversations(_lines(log, files, options), _channel(name))
        yield from log.left.told()
    options.notice("The times of IRC logs have no zone; they were read as UTC.")


def _told(
    found: Iterator[Document | Skipped], log: _Log, path: Path, options: ReadOptions
) -> Iterator[Document | Skipped]:
    count = 0
    for record in found:
        count += isinstance(record, Document)
        yield record
    if not count and not log.left[NOTICES] and not log.left[EMPTY]:
        raise UnreadableSource(f"{path} is no IRC log.")
    yield from log.left.told()
    if log.dated:
        options.notice("The times of IRC logs have no zone; they were read as UTC.")
    else:
        options.notice(f"{path.name}: neither the lines nor the name of the log tell the day.")


def _channel(key: str) -> Channel:
    name = key.rsplit("/", 1)[-1]
    return Channel(key, name="" if key == "irc" else name)


def _lines(log: _Log, files: list[LogFile], options: ReadOptions) -> Iterator[Message | Skipped]:
    for file in files:
        log.starts(file.day)
        lines = chat_lines(file.path, file.name, options, alone=len(files) == 1)
        yield from log.read(file.name, lines)


CONNECTOR = Irc()
