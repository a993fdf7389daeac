"""Puts records that belong together side by side, in bounded memory.

An export tells what belongs together in any order: answers before and after other questions,
replies months later. A `Shelf` takes records as they come and gives them back group by group;
a small one stays in memory, a large one goes to a temporary file that is removed.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import TracebackType
from typing import Any, Self

import lmdb
import orjson

IN_MEMORY = 50_000
"""Records that are held in memory before the shelf goes to disk."""

_PORTION = 20_000
_WINDOW = 64 << 20
"""Bytes that are read or written until the file is opened anew: what was read of it otherwise
counts as memory in use for as long as it is open."""

_MAP_SIZE = 1 << 40  # what the file may grow to; a sparse file takes only what is used
_KEY = struct.Struct(">QQ")
_SPACE = 32


class Shelf:
    """Groups of records. A record is whatever JSON can hold.

    >>> with Shelf() as shelf:
    ...     for group, word in [("a", "x"), ("b", "y"), ("a", "z")]:
    ...         shelf.add(group, word)
    ...     list(shelf.groups())
    [('a', ['x', 'z']), ('b', ['y'])]
    """

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._most = in_memory
        self._numbers: dict[str, int] = {}
        self._held: dict[int, list[Any]] = {}
        self._count = 0
        self._waiting: list[tuple[bytes, bytes]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._environment: lmdb.Environment | None = None
        self._touched = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """How many records it holds."""
        return self._count

    def __contains__(self, group: str) -> bool:
        """Whether there is anything in that group."""
        return group in self._numbers

    def add(self, group: str, record: Any) -> None:
        """Put a record at the end of its group."""
        number = self._numbers.setdefault(group, len(self._numbers))
        if self._environment is None and self._count < self._most:
            self._held.setdefault(number, []).append(record)
        else:
            if self._environment is None:
                self._to_disk()
            self._waiting.append((_KEY.pack(number, self._count), packed(record)))
            if len(self._waiting) >= _PORTION:
                self._write()
        self._count += 1

    def names(self) -> tuple[str, ...]:
        """Every group by its name, first come, first given."""
        return tuple(self._numbers)

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Every group with its records in the order they came; first come, first given."""
        self._write()
        for group, number in self._numbers.items():
            yield group, self._records(number)

    def group(self, group: str) -> list[Any]:
        """The records of one group; empty when there is none."""
        self._write()
        number = self._numbers.get(group)
        return [] if number is None else self._records(number)

    def close(self) -> None:
        """Throw everything away."""
        if self._environment is not None:
            self._environment.close()
            self._environment = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._numbers.clear()
        self._held.clear()
        self._waiting.clear()

    def _records(self, number: int) -> list[Any]:
        early = self._held.get(number, [])
        if self._environment is None:
            return list(early)
        found = list(early)
        with self._environment.begin(buffers=True) as reading:
            cursor = reading.cursor()
            there = cursor.set_range(_KEY.pack(number, 0))
            while there and _KEY.unpack(cursor.key())[0] == number:
                value = cursor.value()
                self._touched += len(value)
                found.append(unpacked(value))
                there = cursor.next()
        self._anew()
        return found

    def _to_disk(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="doubleloop-shelf-")
        self._environment = _opened(self._folder.name)

    def _anew(self) -> None:
        """Open the file again once much of it was touched."""
        if self._touched > _WINDOW and self._environment is not None and self._folder is not None:
            self._environment.close()
            self._environment = _opened(self._folder.name)
            self._touched = 0

    def _write(self) -> None:
        if not self._waiting or self._environment is None:
            return
        self._waiting.sort()
        with self._environment.begin(write=True) as writing:
            writing.cursor().putmulti(self._waiting)
        self._touched += sum(len(value) for _, value in self._waiting)
        self._waiting.clear()
        self._anew()


def packed(record: Any) -> bytes:
    """A record as bytes; after a space where the fast way does not take it.

    Those are numbers of any length, halves of characters, and many levels.
    """
    try:
        return orjson.dumps(record)
    except TypeError:
        return b" " + json.dumps(record, default=_as_json).encode()


def _as_json(value: object) -> object:
    """What the fast way knows by itself."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)


def unpacked(value: memoryview | bytes) -> Any:
    """The record that `packed` wrote."""
    return json.loads(bytes(value)) if value[0] == _SPACE else orjson.loads(value)


def _opened(folder: str) -> lmdb.Environment:
    return lmdb.open(
        folder, map_size=_MAP_SIZE, sync=False, metasync=False, lock=False, readahead=False
    )
