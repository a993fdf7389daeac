"""The chats of a Telegram account in one large JSON file, one message at a time."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, cast

import ijson

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.reading.files import opened
from pipeline.sources.reading.json_depth import shallow
from pipeline.sources.reading.json_records import Record, after_mark

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_CUT = re.compile(rb"(?:^|[^\\])(?:\\\\)*(\\(?:x[0-9A-Fa-f]?)?)$")
_LISTS = ("chats.list.item", "left_chats.list.item")
_SCALARS = frozenset({"string", "number", "boolean"})
_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})


@dataclass(slots=True, eq=False)
class Chat:
    """A chat of an account: its name, type and id, as far as they stand before its messages."""

    number: int = 0
    head: dict[str, object] = field(default_factory=dict)
    messages: int = 0


def chats_of(path: Path, where: str) -> Iterator[tuple[Chat | None, Iterator[Record | Skipped]]]:
    """Every chat with its messages, to be read before the next chat is asked for.

    A file that breaks off gives what stands before, and then a `Skipped` for itself, which
    belongs to no chat.

    Raises:
        UnreadableSource: There is nothing before.
    """
    for chat, found in groupby(_messages(path, where), key=itemgetter(0)):
        yield chat, map(itemgetter(1), found)


def mended(raw: IO[bytes]) -> IO[bytes]:
    r"""The stream with control characters as JSON has them: Telegram writes `\x1B`."""
    return cast(IO[bytes], _Mended(raw))


def _events(raw: IO[bytes]) -> Iterator[tuple[str, str, Any]]:
    return ijson.parse(shallow(mended(after_mark(raw))), use_float=True)  # type: ignore[no-any-return]


def _messages(path: Path, where: str) -> Iterator[tuple[Chat | None, Record | Skipped]]:
    last = Chat()
    with opened(path) as raw:
        try:
            for chat, message in _walked(_events(raw)):
                last = chat
                yield chat, _as_record(message, f"{where}: chat {chat.number}[{chat.messages}]")
        except (ijson.JSONError, ValueError, RecursionError, OverflowError) as error:
            why = f"broken JSON: {' '.join(str(error).split())[:120]}"
        except (EOFError, zlib.error, gzip.BadGzipFile):
            why = "ends early or is damaged"
        else:
            return
    if not last.number:
        raise UnreadableSource(f"{path} is no readable export: {why}.")
    place = f"message {last.messages} of chat {last.number}"
    yield None, Skipped(where, f"breaks off at {place}: {why}")


def _walked(events: Iterator[tuple[str, str, Any]]) -> Iterator[tuple[Chat, object]]:
    """Every message with the chat that it stands in."""
    chat = Chat()
    builder, depth = None, 0
    for prefix, event, value in events:
        place = next((one for one in _LISTS if prefix.startswith(one)), "")
        if builder is None and prefix == f"{place}.messages.item":
            builder, depth = ijson.ObjectBuilder(), 0
            chat.messages += 1
        if builder is not None:
            builder.event(event, value)
            depth += (event in _STARTS) - (event in _ENDS)
            if not depth:
                yield chat, builder.value
                builder = None
        elif place and prefix == place and event == "start_map":
            chat = Chat(chat.number + 1)
        elif place and event in _SCALARS and prefix.rpartition(".")[0] == place:
            chat.head[prefix.rpartition(".")[2]] = value


def _as_record(message: object, where: str) -> Record | Skipped:
    return Record(where, message) if isinstance(message, dict) else Skipped(where, "no message")


class _Mended:
    r"""A stream in which `\x1B` became `\u001B`."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes; an escape that is cut at their end waits for its rest."""
        if size == 0:
            return b""
        data = self._held + (more := self._raw.read(size))
        cut = _CUT.search(data) if more else None
        self._held = cut[1] if cut else b""
        data = data[: len(data) - len(self._held)]
        return _ESCAPE.sub(_as_json, data) if data or not more else self.read(size)


def _as_json(found: re.Match[bytes]) -> bytes:
    return b"\\u00" + found[1] if found[1] else found[0]
