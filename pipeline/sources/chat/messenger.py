"""Chats of Messenger and Instagram, as the download of one's own information has them.

Meta writes the bytes of UTF-8 as if they were Latin-1; the text is put right exactly. The
download of end-to-end encrypted chats has other names for the same, and its text is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.chat.exported_files import (
    Seen,
    chat_files,
    elements,
    inner,
    json_messages,
    sure_of_folder,
)
from pipeline.sources.chat.message import Channel, Message, conversations
from pipeline.sources.reading.files import Sample
from pipeline.sources.reading.json_records import Record, first_object, json_items
from pipeline.sources.reading.left_out import EMPTY, NOTICES, TWICE, LeftOut
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import moment, scalar

REACTIONS = "reactions"
UNSENT = "unsent by their author"
PRIVATE = "direct messages are private; a chat that is imported on its own is read"

_TURN = 500
"""Messages that are turned round at a time: the newest stand first."""

_NUMBER = re.compile(r"_(\d{1,9})\.json(?:\.gz)?$", re.IGNORECASE)
_THREAD_ID = re.compile(r"_([A-Za-z0-9-]{6,40})$")
_REACTION = re.compile(
    r"(?:Reacted \S{1,16} to your message|Liked a message|.{1,80} reacted \S)\s*"
)
_NOTICE = re.compile(
    r"(?:You are now connected on Messenger|Say hi to your new Facebook friend"
    r"|.{1,80} (?:(?:named|left|joined|muted|unmuted) the (?:group|chat|call|video chat)"
    r"|(?:added|removed) .{1,200} (?:to|from) the group"
    r"|(?:changed|set|cleared|removed) (?:the|your|his|her|their|.{1,60}'s) "
    r"(?:group|chat|nickname|theme|quick|own nickname)|created (?:the|a) (?:group|poll)"
    r"|(?:missed|started|ended|joined) (?:a|an|your|the) (?:video |audio |voice )?(?:call|chat)"
    r"|called (?:you|the group)|turned (?:on|off)\b|pinned a message|waved at)"
    r"|The (?:video chat|call|poll) \S{2,20}\b|You (?:called|missed|set|changed|named|created)\b)"
)
_ATTACHMENT = re.compile(
    r".{0,80}\bsent (?:an? )?(?:attachment|photo|video|voice message|GIF|sticker|link|location"
    r"|\d{1,4} photos)s?(?: from .{1,60})?\.?\s*"
)
_DIRECT_AT_MOST = 2


class Messenger:
    """Reads conversations; each message is a part with its author, time and locator."""

    name = "messenger"
    title = "Messenger and Instagram"
    description = "chats in the download of one's information from Facebook or Instagram, in JSON"

    def recognise(self, sample: Sample) -> float:
        """Certain of objects with participants and messages that have senders."""
        return sure_of_folder(sample, _sure) if sample.folder else _sure(sample)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document; of several chats only those of groups."""
        return accounted(_documents(path, options), options)


@dataclass(frozen=True, slots=True)
class _Export:
    """One file: the newest or an older part of a chat."""

    path: Path
    name: str
    head: Mapping[str, object]

    @property
    def place(self) -> str:
        """Where the chat lies in the download, or what it is called."""
        head = self.head
        return mended(
            scalar(head.get("thread_path")) or scalar(head.get("threadName")) or self.name
        )

    @property
    def key(self) -> str:
        """The number that Meta gives to a chat, or a digest of what it is called."""
        found = _THREAD_ID.search(self.place)
        return found[1] if found else content_key(self.place)

    @property
    def part(self) -> int:
        found = _NUMBER.search(self.name)
        return int(found[1]) if found else 0

    @property
    def people(self) -> tuple[str, ...]:
        """Names of who takes part."""
        told = elements(self.head.get("participants"))
        return tuple(mended(scalar(inner(one).get("name")) or scalar(one)) for one in told[:500])

    @property
    def direct(self) -> bool:
        return len(self.people) <= _DIRECT_AT_MOST

    @property
    def title(self) -> str:
        """Name of a group; a direct chat is called by a person, so it has none."""
        told = scalar(self.head.get("title")) or scalar(self.head.get("threadName"))
        return "" if self.direct else _THREAD_ID.sub("", mended(told))


def mended(text: str) -> str:
    r"""The text whose UTF-8 was written as Latin-1, put right; any other text as it is.

    >>> mended("caf\u00c3\u00a9")
    'café'
    >>> mended("café")
    'café'
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _sure(sample: Sample) -> float:
    found = first_object(sample)
    people = elements(found.get("participants"))
    if not people or "messages" not in found:
        return 0.0
    if all(isinstance(one, str) for one in people) and "threadName" in found:
        return 1.0
    if not all("name" in inner(one) for one in people):
        return 0.0
    messages = elements(found.get("messages"))
    told = '"sender_name"' in sample.text and '"timestamp_ms"' in sample.text
    return 1.0 if told or (not messages and "thread_path" in found) else 0.0


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    chats: dict[str, list[_Export]] = {}
    for found in chat_files(path, _sure, "chat of Messenger or Instagram"):
        if isinstance(found, Skipped):
            yield found
            continue
        name, sample = found
        export = _with_head(_Export(sample.path, name, first_object(sample)))
        chats.setdefault(export.key, []).append(export)
    private = LeftOut("direct chats")
    for exports in chats.values():
        if exports[0].direct and len(chats) > 1:
            private.add(PRIVATE, sum(_count(export) for export in exports))
        else:
            yield from _of_chat(exports, options)
    yield from private.told()


def _with_head(export: _Export) -> _Export:
    """The export with what stands after its messages, where that lay beyond the look at it."""
    if "thread_path" in export.head or "threadName" in export.head:
        return export
    about = {name: _value(export.path, name) for name in ("thread_path", "title")}
    return replace(export, head={**export.head, **about})


def _value(path: Path, name: str) -> object:
    """The first value of that name at the top of a file; None where it cannot be read."""
    try:
        return next(json_items(path, name), None)
    except UnreadableSource:
        return None


def _count(export: _Export) -> int:
    return sum(1 for _ in json_messages(export.path, "messages.item", export.name, alone=False))


def _of_chat(exports: list[_Export], options: ReadOptions) -> Iterator[Document | Skipped]:
    first = exports[0]
    if first.direct:
        options.notice(f"{first.name} is a direct chat; what was said there may be private.")
    left = LeftOut(f"chat {first.title or first.key}")
    channel = Channel(first.key, name=first.title, origin=f"messenger:{first.key}")
    exports = sorted(exports, key=lambda one: (-one.part, one.name))  # the first file is the newest
    yield from conversations(_messages(exports, left), channel)
    yield from left.told()


def _messages(exports: list[_Export], left: LeftOut) -> Iterator[Message | Skipped]:
    seen = Seen()
    for export in exports:
        for record in _oldest_first(export, alone=len(exports) == 1):
            if isinstance(record, Skipped):
                yield record
            elif reason := _left_out(record.value):
                left.add(reason)
            else:
                message = _message(record.value, export)
                if seen.before(message.id):
                    left.add(TWICE)
                else:
                    yield message


def _oldest_first(export: _Export, *, alone: bool) -> Iterator[Record | Skipped]:
    """The messages in the order of time, turned round in portions that are kept on disk."""
    with Shelf(in_memory=_TURN * 20) as shelf:
        number, first, last = 0, None, None
        for record in json_messages(export.path, "messages.item", export.name, alone=alone):
            if isinstance(record, Skipped):
                yield record
                continue
            last = _time(record.value)
            first = first or last
            shelf.add(str(number // _TURN), [record.where, _kept(record.value)])
            number += 1
        newest_first = first is None or last is None or first >= last
        portions = range((number + _TURN - 1) // _TURN)
        for portion in reversed(portions) if newest_first else portions:
            records = shelf.group(str(portion))
            for where, value in reversed(records) if newest_first else records:
                yield Record(where, value)


def _kept(value: Mapping[str, object]) -> dict[str, object]:
    """What of a message is read, as the shelf can hold it."""
    share = inner(value.get("share"))
    link = inner(next(iter(elements(value.get("links"))), None))
    unsent = value.get("is_unsent") is True or value.get("isUnsent") is True
    return {
        "author": mended(scalar(value.get("sender_name")) or scalar(value.get("senderName"))),
        "text": mended(scalar(value.get("content"))) or scalar(value.get("text")),
        "time": scalar(value.get("timestamp_ms")) or scalar(value.get("timestamp")),
        "type": scalar(value.get("type")),
        "link": mended(scalar(share.get("link"))) or scalar(link.get("url")),
        "shared": mended(scalar(share.get("share_text"))),
        "call": "call_duration" in value,
        "unsent": unsent,
    }


def _time(value: Mapping[str, object]) -> float | None:
    created = moment(scalar(value.get("timestamp_ms")) or scalar(value.get("timestamp")))
    return created.timestamp() if created else None


def _left_out(value: Mapping[str, object]) -> str:
    """Why a message is no message of a person; empty when it is one."""
    text, kind = scalar(value.get("text")), scalar(value.get("type"))
    if value.get("unsent") is True or kind == "placeholder":
        return UNSENT
    if value.get("call") is True or kind in {"Call", "Subscribe", "Unsubscribe"}:
        return NOTICES
    if _REACTION.fullmatch(text):
        return REACTIONS
    if _NOTICE.match(text) and len(text) < 300:
        return NOTICES
    empty = not text or _ATTACHMENT.fullmatch(text)
    return EMPTY if empty and not scalar(value.get("link")) else ""


def _message(value: Mapping[str, object], export: _Export) -> Message:
    author, text, time = (scalar(value.get(name)) for name in ("author", "text", "time"))
    link, shared = scalar(value.get("link")), scalar(value.get("shared"))
    shown = "" if link and _ATTACHMENT.fullmatch(text) else text
    pieces = (shown, shared if shared not in shown else "", link if link not in shown else "")
    whole = "\n".join(piece for piece in pieces if piece)
    return Message(
        id=content_key(time, author, text, link),
        text=whole,
        author=author,
        created=moment(time),
        origin=f"messenger:{export.key}/{time}",
        mentions=tuple(name for name in export.people if name and f"@{name}" in whole),
    )


CONNECTOR = Messenger()
