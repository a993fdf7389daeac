"""Channels and threads of Discord, in the JSON that DiscordChatExporter writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
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
from pipeline.sources.reading.json_records import first_object
from pipeline.sources.reading.left_out import EMPTY, NOTICES, TWICE, LeftOut
from pipeline.sources.reading.values import moment, scalar

_SPOKEN = frozenset(
    {"", "Default", "Reply", "ApplicationCommand", "ContextMenuCommand", "20", "23"}
)
_THREADS = frozenset({"GuildPublicThread", "GuildPrivateThread", "GuildNewsThread"})
_DIRECT = frozenset({"DirectTextChat", "DirectGroupTextChat"})
_PART = re.compile(r"\[part (\d{1,9})\]", re.IGNORECASE)
_EMOJI = re.compile(r"<a?(:\w{1,64}:)\d{1,25}>")
_MOST_MENTIONS = 50


class Discord:
    """Reads conversations; each message is a part with its author, time and link."""

    name = "discord"
    title = "Discord (DiscordChatExporter)"
    description = "JSON files of DiscordChatExporter, one for each channel or thread"

    def recognise(self, sample: Sample) -> float:
        """Certain of objects with a guild, a channel with a type, and messages."""
        return sure_of_folder(sample, _sure) if sample.folder else _sure(sample)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document; notices of the system are counted as skipped."""
        return accounted(_documents(path, options), options)


@dataclass(frozen=True, slots=True)
class _Export:
    """One file: a channel or a part of it."""

    path: Path
    name: str
    guild: Mapping[str, object]
    channel: Mapping[str, object]

    @property
    def key(self) -> str:
        """Guild and channel, by their ids."""
        return f"{scalar(self.guild.get('id'))}/{scalar(self.channel.get('id')) or self.name}"

    @property
    def kind(self) -> str:
        return scalar(self.channel.get("type"))

    @property
    def title(self) -> str:
        """Name of the channel or thread; a direct chat is called by a person, so it has none."""
        return "" if self.kind == "DirectTextChat" else scalar(self.channel.get("name"))

    @property
    def part(self) -> int:
        found = _PART.search(self.name)
        return int(found[1]) if found else 0

    def link(self, message: str) -> str:
        """Address of a message; a locator for direct chats, which have none that others can use."""
        ids = (scalar(self.guild.get("id")), scalar(self.channel.get("id")), message)
        if all(one.isdecimal() for one in ids) and ids[0] != "0":
            return "https://discord.com/channels/" + "/".join(ids)
        return f"discord:{self.key}/{message}"


def _sure(sample: Sample) -> float:
    found = first_object(sample)
    channel = inner(found.get("channel"))
    known = "messages" in found and isinstance(found.get("guild"), dict)
    return 1.0 if known and "type" in channel and "id" in channel else 0.0


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    channels: dict[str, list[_Export]] = {}
    for found in chat_files(path, _sure, "export of DiscordChatExporter"):
        if isinstance(found, Skipped):
            yield found
            continue
        name, sample = found
        head = first_object(sample)
        export = _Export(sample.path, name, inner(head.get("guild")), inner(head.get("channel")))
        channels.setdefault(export.key, []).append(export)
    for exports in channels.values():
        yield from _of_channel(sorted(exports, key=lambda one: (one.part, one.name)), options)


def _of_channel(exports: list[_Export], options: ReadOptions) -> Iterator[Document | Skipped]:
    first = exports[0]
    if first.kind in _DIRECT:
        options.notice(f"{first.name} is a direct chat; what was said there may be private.")
    left = LeftOut(f"channel {first.title or first.key}")
    yield from conversations(_messages(exports, left), _channel(first))
    yield from left.told()


def _channel(export: _Export) -> Channel:
    above = scalar(export.channel.get("category")) if export.kind in _THREADS else export.title
    return Channel(export.key, name=above, origin=export.link("").rstrip("/"))


def _messages(exports: list[_Export], left: LeftOut) -> Iterator[Message | Skipped]:
    seen = Seen()
    for export in exports:
        alone = len(exports) == 1
        for record in json_messages(export.path, "messages.item", export.name, alone=alone):
            if isinstance(record, Skipped):
                yield record
            elif scalar(record.value.get("type")) not in _SPOKEN:
                left.add(NOTICES)
            elif not (message := _message(record.value, record.where, export)).text:
                left.add(EMPTY)
            elif seen.before(message.id, message.text):
                left.add(TWICE)
            else:
                yield message


def _message(value: Mapping[str, object], where: str, export: _Export) -> Message:
    number = scalar(value.get("id"))
    text, mentions = _resolved(_text(value), value)
    in_thread = export.kind in _THREADS
    return Message(
        id=number or where,
        text=text,
        author=_author(value.get("author")),
        created=moment(value.get("timestamp")),
        origin=export.link(number) if number else where,
        thread=export.key if in_thread else "",
        title=export.title if in_thread else "",
        reply_to=_answered(value),
        mentions=mentions,
    )


def _answered(value: Mapping[str, object]) -> str:
    """The message that this one answers; a forwarded one is none."""
    reference = inner(value.get("reference"))
    if scalar(reference.get("type")) == "Forward":
        return ""
    return scalar(reference.get("messageId"))


def _author(value: object) -> str:
    """The name that people see; deleted accounts share one and are told apart by their number."""
    author = inner(value)
    name = scalar(author.get("nickname")) or scalar(author.get("name"))
    if name == "Deleted User" and (number := scalar(author.get("id"))):
        return f"{name} {number}"
    return name


def _text(value: Mapping[str, object]) -> str:
    content = scalar(value.get("content"))
    forwarded = inner(value.get("forwardedMessage"))
    passages = [content, scalar(forwarded.get("content"))]
    embeds = (*elements(value.get("embeds")), *elements(forwarded.get("embeds")))
    passages += [_embedded(inner(embed), content) for embed in embeds]
    return _EMOJI.sub(r"\1", "\n".join(passage for passage in passages if passage))


def _embedded(embed: Mapping[str, object], content: str) -> str:
    """What a card says; of the preview of a link that stands in the message only the title."""
    title, url = scalar(embed.get("title")), scalar(embed.get("url"))
    if url and url in content:
        return title
    fields = [inner(field) for field in elements(embed.get("fields"))]
    told = [f"{scalar(one.get('name'))}: {scalar(one.get('value'))}".strip(": ") for one in fields]
    return "\n".join(word for word in (title, scalar(embed.get("description")), *told) if word)


def _resolved(text: str, value: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """The text with people called by the names they write under, and those names."""
    names: list[str] = []
    for mention in elements(value.get("mentions"))[:_MOST_MENTIONS]:
        person = inner(mention)
        name, number = _author(person), scalar(person.get("id"))
        if not name:
            continue
        names.append(name)
        for other in (f"<@{number}>", f"<@!{number}>"):
            text = text.replace(other, f"@{name}")
        plain = scalar(person.get("name"))
        if plain and plain != name:
            shown = f"@{name}".replace("\\", r"\\")
            text = re.sub(rf"@{re.escape(plain)}(?!\w)", shown, text)
    return text, tuple(dict.fromkeys(names))


CONNECTOR = Discord()
