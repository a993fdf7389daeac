"""Puts the messages of a mailing list into threads, in bounded memory.

A thread is told by the ids that messages refer to; where those lead nowhere, an answer belongs
to the latest message with the same subject, if that is not too old. Cycles, missing messages
and archives in any order do no harm: ids that were named together are one thread.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

from pipeline.records import Skipped
from pipeline.sources.forums._mail_message import Mail
from pipeline.sources.reading.shelf import Shelf, packed, unpacked

WINDOW = timedelta(days=30)
"""How long after a message an answer without a reference still belongs to its subject."""

LARGEST = 2_000
"""Messages of the longest thread that is put in order as a whole."""

_IN_MEMORY = 1 << 25
_FEW = 5_000  # messages are long: a shelf goes to disk sooner than with other records
_NONE = -1
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
            elif together.known(mail):
                yield Skipped(mail.where, f"the same message as an earlier one ({mail.id})")
            else:
                together.add(mail)
                spool.add(mail)
        with Shelf(in_memory=_FEW) as shelf:
            size: dict[int, int] = {}
            for number, record in enumerate(spool):
                thread = together.thread(number)
                record["time"] = together.times[number]
                shelf.add(f"{thread}/{size.get(thread, 0) // LARGEST}", record)
                size[thread] = size.get(thread, 0) + 1
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
        self._file.write(packed(mail) + b"\n")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            yield unpacked(line)


class _Together:
    """Which messages belong together. Holds some hundred bytes for each, whatever its length.

    Every id that is named is a node of a forest; ids that were named together have one root.
    """

    def __init__(self) -> None:
        self.times = array("d")
        self._nodes: dict[int, int] = {}
        self._above = array("q")
        self._message = array("q")  # of each node; _NONE for one that is only referred to
        self._node = array("q")
        self._contents = array("Q")
        self._subjects = array("Q")
        self._answers = bytearray()
        self._joined = False

    def known(self, mail: Mail) -> bool:
        """Whether the same message was added before."""
        node = self._nodes.get(_hash(mail.id))
        first = _NONE if node is None else self._message[node]
        return first != _NONE and self._contents[first] == _content(mail)

    def add(self, mail: Mail) -> None:
        """Take the next message."""
        number = len(self.times)
        before = self.times[-1] if number else 0.0
        self.times.append(mail.created.timestamp() if mail.created else before)
        own = self._place(mail.id)
        if self._message[own] != _NONE:
            own = self._new()  # another message with an id that was used
        self._message[own] = number
        self._node.append(own)
        self._contents.append(_content(mail))
        for answered in mail.answers:
            self._join(own, self._place(answered))
        subject = bare_subject(mail.subject).casefold()
        self._subjects.append(_hash(subject) if subject else 0)
        self._answers.append(bool(mail.answers or _ANSWERS.match(mail.subject)))

    def thread(self, number: int) -> int:
        """The thread of a message, a number of its own."""
        if not self._joined:
            self._join_by_subject()
            self._joined = True
        return self._root(self._node[number])

    def _join_by_subject(self) -> None:
        """Give answers that stand alone to the latest message with their subject."""
        size = Counter(self._root(node) for node in self._node)
        latest: dict[int, int] = {}
        for number in sorted(range(len(self.times)), key=self.times.__getitem__):
            subject = self._subjects[number]
            before = latest.get(subject) if subject else None
            alone = self._answers[number] and size[self._root(self._node[number])] == 1
            if before is not None and alone and self._days(before, number) <= WINDOW.days:
                self._join(self._node[number], self._node[before])
            latest[subject] = number

    def _days(self, earlier: int, later: int) -> float:
        return (self.times[later] - self.times[earlier]) / 86400

    def _place(self, number: str) -> int:
        key = _hash(number)
        if key not in self._nodes:
            self._nodes[key] = self._new()
        return self._nodes[key]

    def _new(self) -> int:
        self._above.append(len(self._above))
        self._message.append(_NONE)
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


def _hash(text: str) -> int:
    found = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found) or 1


def _content(mail: Mail) -> int:
    return _hash(f"{mail.author}\n{mail.text}")
