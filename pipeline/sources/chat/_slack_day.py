"""The messages of one file of a Slack export, decoded to the fields that count.

Most files decode to typed records at once, which skips all other fields and is several times
faster than making dictionaries. A file with anything unusual in it is read object by object.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.files import read_bytes
from pipeline.sources.reading.json_records import json_records, parsed_json
from pipeline.sources.reading.values import scalar, whole

AT_ONCE = 64 << 20
"""Bytes of the largest file that is decoded at once."""

_NOTHING = msgspec.Raw(b"")


class Told(msgspec.Struct, gc=False):
    """One message as the export tells it. What is seldom needed stays undecoded: see `inner`."""

    ts: str = ""
    text: str | None = None
    user: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    parent_user_id: str | None = None
    latest_reply: str | None = None
    username: str | None = None
    bot_id: str | None = None
    channel_name: str | None = None
    blocks: msgspec.Raw = _NOTHING
    attachments: msgspec.Raw = _NOTHING
    files: msgspec.Raw = _NOTHING
    file: msgspec.Raw = _NOTHING
    comment: msgspec.Raw = _NOTHING
    reactions: msgspec.Raw = _NOTHING
    user_profile: msgspec.Raw = _NOTHING
    bot_profile: msgspec.Raw = _NOTHING
    edited: msgspec.Raw = _NOTHING


_DECODER = msgspec.json.Decoder(list[Told])
_COUNTER = msgspec.json.Decoder(list[msgspec.Raw])
_TEXTS = ("text", "user", "thread_ts", "subtype", "parent_user_id", "latest_reply", "username",
          "bot_id", "channel_name")  # fmt: skip
_INNER = ("blocks", "attachments", "files", "file", "comment", "reactions", "user_profile",
          "bot_profile", "edited")  # fmt: skip


def told(path: Path, where: str, options: ReadOptions) -> list[Told] | Iterator[Told | Skipped]:
    """The messages of a file; what is none, or cannot be read, comes as a `Skipped`."""
    try:
        if path.stat().st_size <= AT_ONCE:
            return _DECODER.decode(read_bytes(path))
    except (ValueError, RecursionError, UnreadableSource, OSError):
        pass  # told below what is wrong
    return _one_by_one(path, where, options)


def count(path: Path, options: ReadOptions) -> int:
    """How many messages a file holds, as far as it can be read."""
    try:
        if path.stat().st_size <= AT_ONCE:
            return len(_COUNTER.decode(read_bytes(path)))
    except (ValueError, RecursionError, UnreadableSource, OSError):
        pass
    return sum(isinstance(one, Told) for one in _one_by_one(path, path.name, options))


def inner(value: msgspec.Raw | object) -> Any:
    """What a field holds that was left undecoded; None when it is not there or broken."""
    if not isinstance(value, msgspec.Raw):
        return value
    data = bytes(value)
    try:
        return parsed_json(data) if data else None
    except ValueError:
        return None


def _one_by_one(path: Path, where: str, options: ReadOptions) -> Iterator[Told | Skipped]:
    try:
        for record in json_records(path, options):
            if isinstance(record, Skipped):
                yield Skipped(record.where.replace(path.name, where, 1), record.reason)
            elif not scalar(record.value.get("ts")):
                place = record.where.replace(path.name, where, 1)
                yield Skipped(place, "not a message: it has no time stamp (ts)")
            else:
                yield _told(record.value)
    except UnreadableSource as error:
        yield Skipped(where, error.message.replace(str(path), where))


def _told(value: dict[str, object]) -> Told:
    fields: dict[str, Any] = {"ts": scalar(value.get("ts"))}
    for name in _TEXTS:
        fields[name] = _text(value.get(name))
    for name in _INNER:
        if name in value:
            fields[name] = value[name]
    return Told(**fields)


def _text(value: object) -> str | None:
    return whole(value) if isinstance(value, str) else scalar(value) or None
