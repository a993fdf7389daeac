"""Puts the messages of a mailing list into threads, in bounded memory.

A thread is told by the ids that messages refer to; where those lead nowhere, an answer belongs
to the latest message with the same subject, if that is not too old. Cycles, missing messages
and archives in any order do no harm: ids that were named together are one thread.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

import orjson

from pipeline.records import Skipped
from pipeline.sources.forums._mail_message import Mail
from pipeline.sources.reading.shelf import Shelf

WINDOW = timedelta(days=30)
"""How long after a message an answer without a reference still belongs to its subject."""

_IN_MEMORY = 1 << 25
_TAG = r"\[[^\[\]]{1,60}\]"
_PREFIX = (
    r"(?:re|aw|antw|antwort|sv|vs|ref|rif|odp|ynt|res|回复|回覆|答复|返信|fw|fwd|wg|tr|enc|rv|vb|"
    r"doorst|vl|i|was)(?:\s?\[\d+\]|\s?\(\d+\)|[*^]\d+)?\s?[:\uff1a]"
)
_BEGINNING = re.compile(rf"\s*(?:{_PREFIX}|{_TAG})", re.IGNORECASE)
_ANSWERS = re.compile(rf"\s*(?:{_TAG}\s*)*{_PREFIX}", re.IGNORECASE)


def bare_subject(subject: str) -> str:
    """The subject without "Re:", "AW:", "Fwd:" and the tag of the list.

    >>> bare_subject("[tools] Re: AW: [tools] Broken pump")
    'Broken pump'
    """
    at = 0
    while found := _BEGINNING.match(subject, at):
        at = found.end()
    return subject[at:].strip() or subject.strip()


def tags_of(subject: str) -> tuple[str, ...]:
    """The words in square brackets at the beginning of a subject.

    >>> tags_of("Re: [tools] Broken pump")
    ('tools',)
    """
    beginning = subject[: len(subject) - len(bare_subject(subject))]
    found = (tag.strip("[] ") for tag in re.findall(_TAG, beginning))
    return tuple(dict.fromkeys(tag for tag in found if re.fullmatch(r"[^,;\d][^,;]{0,39}", tag)))


def threads(mails: Iterable[Mail | Skipped]) -> Iterator[list[Mail] | Skipped]:
    """The messages thread by thread, each in the order of time; what was skipped comes first.

    The same message a second time is a `Skipped`. A message without a date that can be true
    stands where it came.
    """
    with _Spool() as spool:
        together = _Together()
        for mail in mails:
            if isinstance(mail, Skipped):
                yield mail
            elif (first := together.first(mail)) is not None:
                yield Skipped(mail.where, f"the same message as {spool.where[first]}")
            else:
                together.add(mail)
                spool.add(mail)
        with Shelf() as shelf:
            for number, record in enumerate(spool):
                record["time"] = together.times[number]
                shelf.add(str(together.thread(number)), record)
            for _, records in shelf.groups():
                records.sort(key=lambda record: float(record.pop("time")))
                yield [_mail(record) for record in records]


def _mail(record: dict[str, Any]) -> Mail:
    created = record["created"]
    record["created"] = datetime.fromisoformat(created) if isinstance(created, str) else created
    for name in ("answers", "attachments"):
        record[name] = tuple(record[name])
    return Mail(**record)


class _Spool:
    """Messages in the order they came; in memory while they are few, else on disk."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed on exit
        self.where: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, mail: Mail) -> None:
        self.where.append(mail.where)
        self._file.write(orjson.dumps(asdict(mail)) + b"\n")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            yield orjson.loads(line)


class _Together:
    """Which messages belong together. Holds some hundred bytes for each, whatever its length."""

    def __init__(self) -> None:
        self.times = array("d")
        self._nodes: dict[bytes, int] = {}
        self._above = array("q")
        self._node = array("q")
        self._messages: dict[bytes, tuple[int, bytes]] = {}
        self._held: set[int] = set()
        self._loose: list[tuple[int, bytes]] = []
        self._subjects: list[tuple[int, bytes]] = []
        self._joined = False

    def first(self, mail: Mail) -> int | None:
        """The number of the same message, if there was one."""
        number, content = self._messages.get(_short(mail.id), (0, b""))
        return number if content and content == _content(mail) else None

    def add(self, mail: Mail) -> None:
        """Take the next message."""
        number = len(self.times)
        before = self.times[-1] if number else 0.0
        self.times.append(mail.created.timestamp() if mail.created else before)
        known = _short(mail.id) in self._messages
        own = self._new() if known else self._place(mail.id)
        self._messages.setdefault(_short(mail.id), (number, _content(mail)))
        self._node.append(own)
        for answered in mail.answers:
            self._join(own, self._place(answered))
        subject = bare_subject(mail.subject).casefold()
        if subject:
            self._subjects.append((number, _short(subject)))
            if mail.answers or _ANSWERS.match(mail.subject):
                self._loose.append((number, _short(subject)))

    def thread(self, number: int) -> int:
        """The thread of a message, a number of its own."""
        if not self._joined:
            self._join_by_subject()
            self._joined = True
        return self._root(self._node[number])

    def _join_by_subject(self) -> None:
        """Give answers that stand alone to the latest message with their subject."""
        size: dict[int, int] = {}
        for node in self._node:
            root = self._root(node)
            size[root] = size.get(root, 0) + 1
        alone = {n for n, _ in self._loose if size[self._root(self._node[n])] == 1}
        latest: dict[bytes, int] = {}
        for number, subject in sorted(self._subjects, key=lambda pair: self.times[pair[0]]):
            before = latest.get(subject)
            near = before is not None and self._days(before, number) <= WINDOW.days
            if before is not None and near and number in alone:
                self._join(self._node[number], self._node[before])
            latest[subject] = number

    def _days(self, earlier: int, later: int) -> float:
        return (self.times[later] - self.times[earlier]) / 86400

    def _place(self, number: str) -> int:
        key = _short(number)
        if key not in self._nodes:
            self._nodes[key] = self._new()
        return self._nodes[key]

    def _new(self) -> int:
        self._above.append(len(self._above))
        return len(self._above) - 1

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self._above[max(one, other)] = min(one, other)

    def _root(self, node: int) -> int:
        while self._above[node] != node:
            self._above[node] = self._above[self._above[node]]
            node = self._above[node]
        return node


def _short(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _content(mail: Mail) -> bytes:
    return _short(f"{mail.author}\n{mail.text}")
