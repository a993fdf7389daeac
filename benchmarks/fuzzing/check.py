"""What must hold of every input, however broken: one clear line or sound documents."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from benchmarks.fuzzing.inputs import Input
from pipeline.basics import one_line
from pipeline.documents.authors import Pseudonyms
from pipeline.documents.build import build_experience
from pipeline.documents.redact import Redactor
from pipeline.documents.split import split_experience
from pipeline.errors import DoubleloopError, InputError
from pipeline.flow.opening import only_folder
from pipeline.records import OUTCOME_STATUSES, Document, Experience, Skipped
from pipeline.sources.base import Connector, ReadOptions
from pipeline.sources.chat import gathering
from pipeline.sources.reading.archive import unpacked
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.registry import recognise

SLOWEST = 10.0
"""Seconds that one input may take."""

MOST_MEMORY = 400 << 10
"""Kilobytes by which one input may raise the peak of memory in use."""

_LONGEST_MESSAGE = 1500
_MOST_PREPARED = 40
_PARTS = {"situation", "action", "outcome", "insight", "post", "body"}
_WRITES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
_redactor = Redactor()
_names = Pseudonyms(b"k" * 32)


class Broken(Exception):
    """Something that must hold does not; the message says what."""


class TooLong(BaseException):
    """An input took longer than it may; nothing that catches exceptions catches it."""


@dataclass
class Told:
    """What the readings of one input gave."""

    documents: int = 0
    skipped: int = 0
    errors: int = 0
    recognised: bool = False
    seconds: float = 0.0
    words: set[str] = field(default_factory=set)
    """The reasons and messages, numbers and names left open: a new one is worth keeping."""


@dataclass(frozen=True)
class Failure:
    """What went wrong, told so that the same thing has the same words."""

    kind: str
    where: str
    detail: str


def check(held: Input, connector: Connector, place: Path, rng: Random) -> Told | Failure:
    """Read one input as the product does, and with its own connector whatever it looks like."""
    told = Told()
    began, memory = time.perf_counter(), _peak()
    path = held.write(place / "given")
    _hold_in_memory(4 if rng.random() < 0.15 else 50_000)
    try:
        with _limited(), _watched(place):
            _as_the_product_does(path, connector, rng, told)
            options = _options(rng)
            readings(lambda: connector.read(path, options), told)
            if (columns := getattr(connector, "columns", None)) is not None:
                _clear(lambda: columns(path), told)
        if left := sorted(os.listdir(place / "tmp")):
            raise Broken(f"temporary files are left behind: {left[0][:30]}")
        if (grown := _peak() - memory) > MOST_MEMORY:
            raise Broken(f"memory grew by more than {MOST_MEMORY >> 10} MB ({grown >> 10} MB)")
    except (Exception, TooLong) as error:  # noqa: BLE001 - whatever it is, it must not happen
        return _failure(error)
    finally:
        _emptied(place)
    told.seconds = time.perf_counter() - began
    return told


def _hold_in_memory(records: int) -> None:
    """How many records are held before they go to disk, as those of a large export do."""
    assert Shelf.__init__.__kwdefaults__  # noqa: S101 - it has one default
    Shelf.__init__.__kwdefaults__["in_memory"] = gathering.IN_MEMORY = records


def _as_the_product_does(path: Path, connector: Connector, rng: Random, told: Told) -> None:
    def read() -> Iterator[Document | Skipped]:
        with unpacked(path) as opened:
            yield from opened.skipped
            readable = only_folder(opened.path) if opened.packed else opened.path
            found = recognise(readable)
            told.recognised = found.name == connector.name
            if not told.recognised or opened.packed:  # else it is read below
                yield from found.read(readable, _options(rng))

    readings(read, told)


def _options(rng: Random) -> ReadOptions:
    """Mostly as they are by default."""
    pick = rng.randrange(10)
    notice = _notice
    if pick == 0:
        return ReadOptions(limit=1, notice=notice)
    if pick == 1:
        return ReadOptions(base_url="https://forum.example.org/sub/", notice=notice)
    if pick == 2:
        return ReadOptions(longest_line=rng.choice((10, 200, 3000)), notice=notice)
    if pick == 3:
        return ReadOptions(
            day_first=rng.random() < 0.5, columns={"text": "body", "x": ""}, notice=notice
        )
    return ReadOptions(notice=notice)


def _notice(note: str) -> None:
    _line(one_line(note), "a notice")  # as the report keeps it


# --- what must hold ----------------------------------------------------------------------


def readings(read: Callable[[], Iterator[Document | Skipped]], told: Told) -> None:
    keys: set[str] = set()

    def through() -> None:
        for record in read():
            if isinstance(record, Skipped):
                _skipped(record)
                told.skipped += 1
                told.words.add(_bare(record.reason))
                continue
            if not isinstance(record, Document):
                raise Broken(f"a {type(record).__name__} was given")
            _document(record)
            if record.key in keys:
                raise Broken("two documents have one key")
            keys.add(record.key)
            told.documents += 1
            if len(keys) <= _MOST_PREPARED:
                _prepared(record)

    _clear(through, told)


def _clear(act: Callable[[], object], told: Told) -> None:
    """Errors meant for a user are fine, as long as they are one clear line."""
    try:
        act()
    except InputError as error:
        _line(str(error), "a message")
        told.errors += 1
        told.words.add(_bare(error.message))
    except DoubleloopError as error:
        raise Broken(f"a {type(error).__name__}, which is no InputError") from error


def _skipped(record: Skipped) -> None:
    _line(record.reason, "a reason")
    _line(record.where, "a place", empty=True)


def _line(text: str, what: str, *, empty: bool = False) -> None:
    if not isinstance(text, str) or (not empty and not text.strip()):
        raise Broken(f"{what} is empty or no text")
    if len(text) > _LONGEST_MESSAGE:
        raise Broken(f"{what} is no clear line: longer than {_LONGEST_MESSAGE:,} characters")
    _encodes(text, what)
    if "\n" in text or "\r" in text:
        raise Broken(f"{what} is not one line")
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise Broken(f"{what} holds control characters")


def _document(one: Document) -> None:
    if not one.key or not one.origin or not one.parts:
        raise Broken("a document without key, origin or parts")
    texts = [one.key, one.title, one.origin, one.author, one.discipline, one.language, *one.tags]
    texts += [link.target for link in one.links]
    for part in one.parts:
        if part.name not in _PARTS or part.format not in {"text", "markdown", "html"}:
            raise Broken(f"a part of the unknown kind {part.name} or {part.format}")
        if not isinstance(part.body, str):
            raise Broken("a part whose text is no text")
        texts += [part.body, part.author, part.origin, *part.mentions]
        _utc(part.created)
    for text in texts:
        if text is not None:
            _encodes(text, "a text of a document")
    if "" in one.tags or one.author == "" or one.discipline == "" or one.language == "":
        raise Broken("an empty tag, author, discipline or language")
    if one.status not in OUTCOME_STATUSES:
        raise Broken(f"the unknown status {one.status}")
    _utc(one.created)
    if one.votes and not all(
        0 <= n < 1 << 60 for n in (one.votes.agree, one.votes.disagree, one.votes.passed)
    ):
        raise Broken("votes beyond measure")


def _encodes(text: str, what: str) -> None:
    if not isinstance(text, str):
        raise Broken(f"{what} is a {type(text).__name__}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Broken(f"{what} cannot be written as UTF-8") from None


def _utc(moment: Any) -> None:
    if moment is not None and moment.utcoffset() != timedelta(0):
        raise Broken("a date that is not in UTC")
    if moment is not None:
        moment.astimezone(UTC).isoformat()


def _prepared(one: Document) -> None:
    """The document becomes an experience with passages, as every import makes it."""
    _encodes(one.content_hash, "a digest")
    made = build_experience(one, source="c/s", pseudonyms=_names, redactor=_redactor)
    if isinstance(made, Skipped):
        _skipped(made)
        return
    _experience(made)


def _experience(made: Experience) -> None:
    for text in (made.title, made.text):
        _encodes(text, "a text of an experience")
    if not made.title or not made.text:
        raise Broken("an experience without title or text")
    for part in made.parts:
        if not 0 <= part.start < part.end <= len(made.text):
            raise Broken("a part outside of the text")
    for passage in split_experience(made):
        if made.text[passage.start : passage.end] != passage.text or not passage.text:
            raise Broken("a passage that is not what stands there")


def _bare(text: str) -> str:
    """A message without what it quotes of the input."""
    import re

    return re.sub(r"/\S+|'[^']*'|\d+|\S+\.\w+|[^ -~]+", "_", text)[:160]


# --- limits ------------------------------------------------------------------------------


@contextmanager
def _limited() -> Iterator[None]:
    def stop(_: int, frame: FrameType | None) -> None:
        raise TooLong("".join(traceback.format_stack(frame, 6)) if frame else "")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SLOWEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Watch:
    """Which files are opened and changed: none outside of the folder of the input."""

    place = ""
    broken = ""

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        if self.place and not self.broken and (event == "open" or event in _WRITES):
            self._look(event, given)

    def _look(self, event: str, given: tuple[Any, ...]) -> None:
        path = os.fsdecode(given[0]) if isinstance(given[0], str | bytes | os.PathLike) else ""
        if not path.startswith("/"):  # inside a folder that is open already
            return
        path = os.path.normpath(path)
        writes = event != "open" or _for_writing(given)
        if writes and not path.startswith(f"{self.place}/tmp/") and path != "/dev/null":
            self.broken = f"{event} outside of the temporary folder: {path}"
        elif path.startswith(self.place) and not os.path.realpath(path).startswith(self.place):
            self.broken = "a link was followed out of the folder"


def _for_writing(given: tuple[Any, ...]) -> bool:
    mode, flags = given[1], given[2]
    if isinstance(mode, str):
        return any(sign in mode for sign in "wxa+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


_watch = Watch()


def watch_files() -> None:
    """From now on see every file that is opened; there is no way back for this process."""
    sys.addaudithook(_watch)


@contextmanager
def _watched(place: Path) -> Iterator[None]:
    _watch.place, _watch.broken = str(place), ""
    try:
        yield
    finally:
        _watch.place = ""
    if _watch.broken:
        raise Broken(_watch.broken)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _emptied(place: Path) -> None:
    for name in ("given", "tmp"):
        shutil.rmtree(place / name, ignore_errors=True)
        (place / name).mkdir(exist_ok=True)


def _failure(error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/pipeline/" in f.filename]
    last = own[-1] if own else frames[-1]
    where = f"{last.filename.rpartition('/pipeline/')[2]}:{last.lineno} {last.name}"
    if isinstance(error, Broken):
        where = ""
    kind = "Broken" if isinstance(error, Broken) else type(error).__name__
    detail = str(error) if isinstance(error, Broken) else "".join(traceback.format_exception(error))
    return Failure(
        kind, where if not isinstance(error, Broken) else _bare(str(error)), detail[-4000:]
    )
