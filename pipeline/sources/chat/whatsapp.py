"""Chats of WhatsApp, as phones export them: a text file, alone or beside pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.chat._whatsapp_lines import First, day_comes_first, first_line
from pipeline.sources.chat._whatsapp_text import NOTICES, named, written
from pipeline.sources.chat.exported_files import Seen, chat_files, chat_lines, sure_of_folder
from pipeline.sources.chat.message import Channel, Message, conversations
from pipeline.sources.reading.files import Line, Sample, ignore
from pipeline.sources.reading.left_out import LeftOut

NO_MESSAGE = "lines before the first message"

_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
_NUMBER = re.compile(r"@(\d{6,15})\b")
_DATES_LOOKED_AT = 1_000_000


class WhatsApp:
    """Reads conversations; each message is a part with its author, time and line."""

    name = "whatsapp"
    title = "WhatsApp"
    description = "the text file of an exported chat, from Android or iPhone in many languages"

    def recognise(self, sample: Sample) -> float:
        """Sure of a text that begins with the first line of a message, and has several."""
        return sure_of_folder(sample, _sure) if sample.folder else _sure(sample)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document; notices of the system are counted as skipped."""
        return accounted(_documents(path, options), options)


def _sure(sample: Sample) -> float:
    lines = sample.lines[:200]
    firsts = [first_line(line) for line in lines]
    said = sum(first is not None and first.said() is not None for first in firsts)
    enough = sum(first is not None for first in firsts) >= 0.1 * len(lines)
    if not said or not enough or firsts[0] is None:
        return 0.0
    return 0.95 if said > 1 else 0.9


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    for found in chat_files(path, _sure, "chat of WhatsApp"):
        if isinstance(found, Skipped):
            yield found
            continue
        name, sample = found
        chat = _Chat(name, LeftOut(f"chat {name}"), day_first=_day_first(sample, options))
        yield from conversations(chat.read(sample.path, options), Channel("whatsapp"))
        if not chat.began:
            raise UnreadableSource(f"{sample.path} is no chat of WhatsApp.")
        yield from chat.left.told()
    options.notice("WhatsApp tells the time of the phone without its zone; it was read as UTC.")


def _day_first(sample: Sample, options: ReadOptions) -> bool:
    """Whether the day comes first in this file; says so where the dates do not tell."""
    if options.day_first is not None:
        return options.day_first
    quiet = replace(options, notice=ignore)
    lines = chat_lines(sample.path, sample.path.name, quiet, alone=False)
    texts = (line.text for line in lines if isinstance(line, Line))
    firsts = (first for text in texts if (first := first_line(text)))
    day, certain = day_comes_first(islice(firsts, _DATES_LOOKED_AT))
    if not certain:
        order = "day" if day else "month"
        options.notice(f"{sample.path.name}: its dates could be read two ways; the {order} first.")
    return day


@dataclass(slots=True)
class _Begun:
    """A message whose further lines may still come."""

    first: First
    number: int
    lines: list[str]
    size: int = 0


@dataclass(slots=True)
class _Chat:
    """Reads the lines of one chat; remembers who writes with which telephone number."""

    name: str
    left: LeftOut
    day_first: bool
    began: bool = False
    seen: Seen = field(default_factory=lambda: Seen(most=20_000))
    numbers: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | Skipped]:
        """Every message, and what could not be read; notices are counted."""
        begun: _Begun | None = None
        for line in chat_lines(path, self.name, options, alone=path.name == self.name):
            if isinstance(line, Skipped):
                yield line
            elif first := first_line(line.text):
                yield from self._message(begun)
                begun = _Begun(first, line.number, [])
            elif begun is None:
                if line.text.strip():
                    self.left.add(NO_MESSAGE)
            elif begun.size <= options.longest_line:
                begun.size += len(line.text)
                begun.lines.append(line.text.rstrip("\r\n"))
            else:
                yield Skipped(f"{self.name}:{line.number}", "belongs to a message that is too long")
        yield from self._message(begun)

    def _message(self, begun: _Begun | None) -> Iterator[Message]:
        if begun is None:
            return
        self.began = True
        said = begun.first.said()
        if said is None or _unclosed(said[0]):
            self.left.add(NOTICES)
            return
        author, whole = said[0], "\n".join((said[1], *begun.lines))
        text, reason = written(whole)
        if reason:
            self.left.add(reason)
            return
        self.numbers.setdefault("".join(filter(str.isdigit, author)), author)
        text, names = named(text)
        text, numbered = self._by_number(text)
        key = (begun.first.stamp, author, whole)
        yield Message(
            id=content_key(*key, self.seen.before(*key)),
            text=text,
            author=author,
            created=begun.first.created(day_first=self.day_first),
            origin=f"{self.name}:{begun.number}",
            mentions=(*names, *numbered),
        )

    def _by_number(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text with telephone numbers of mentions as their owners are called."""
        names = [self.numbers[one] for one in _NUMBER.findall(text) if one in self.numbers]
        if not names:
            return text, ()
        shown = _NUMBER.sub(lambda found: f"@{self.numbers.get(found[1], found[1])}", text)
        return shown, tuple(dict.fromkeys(names))


def _unclosed(author: str) -> bool:
    """Whether the colon stood in a quote: `Ada changed the subject to "Plan: B"`."""
    for opening, closing in _QUOTES.items():
        begins = author.find(opening)
        if begins >= 0 and closing not in author[begins + 1 :]:
            return True
    return False


CONNECTOR = WhatsApp()
