"""Chats of Telegram, in the JSON that Telegram Desktop exports: one chat, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.chat._telegram_account import chats_of, mended
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
from pipeline.sources.reading.json_records import Record, first_object
from pipeline.sources.reading.left_out import EMPTY, NOTICES, TWICE, LeftOut
from pipeline.sources.reading.values import moment, scalar

PRIVATE = "direct messages are private; a chat that is exported on its own is read"

_GROUPS = frozenset(
    {
        "private_group",
        "private_supergroup",
        "public_supergroup",
        "private_channel",
        "public_channel",
    }
)
_DIRECT = frozenset(
    {"personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes"}
)
_OF_ALL = frozenset({"personal_information", "contacts", "frequent_contacts", "sessions"})
_OLD_SHIFT = 1 << 33
"""What old versions added to the ids of channels and supergroups."""


class Telegram:
    """Reads conversations; each message is a part with its author, time and link."""

    name = "telegram"
    title = "Telegram Desktop"
    description = "result.json of Telegram Desktop: one chat, or all chats of an account"

    def recognise(self, sample: Sample) -> float:
        """Certain of a chat of a known type, or of the export of a whole account."""
        return sure_of_folder(sample, _sure) if sample.folder else _sure(sample)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document; of an account only groups and channels."""
        return accounted(_documents(path, options), options)


@dataclass(slots=True)
class _Chat:
    """One chat: what it is, and what is known of it while it is read."""

    head: Mapping[str, object]
    left: LeftOut
    topics: dict[str, str] = field(default_factory=dict)
    topic_of: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return scalar(self.head.get("id")) or scalar(self.head.get("name")) or "chat"

    @property
    def kind(self) -> str:
        return scalar(self.head.get("type"))

    @property
    def title(self) -> str:
        """Name of a group or channel; a direct chat is called by a person, so it has none."""
        return scalar(self.head.get("name")) if self.kind in _GROUPS else ""

    def link(self, message: str) -> str:
        """Address of a message, for members of the chat; a locator where there is none."""
        number = self.key
        if self.kind in _GROUPS - {"private_group"} and number.isdecimal() and message.isdecimal():
            bare = int(number[:19])
            bare -= _OLD_SHIFT if _OLD_SHIFT <= bare < _OLD_SHIFT * 3 // 2 else 0
            return f"https://t.me/c/{bare}/{message}"
        return f"telegram:{number}/{message}"


def _sure(sample: Sample) -> float:
    found = first_object(sample)
    if scalar(found.get("type")) in _GROUPS | _DIRECT and "id" in found and "messages" in found:
        return 1.0
    lists = inner(found.get("chats")) or inner(found.get("left_chats"))
    if isinstance(lists.get("list"), list) and _is_chat(lists):
        return 1.0
    about = scalar(found.get("about"))
    return 0.95 if "Telegram" in about and {"chats", "left_chats", *_OF_ALL} & {*found} else 0.0


def _is_chat(lists: Mapping[str, object]) -> bool:
    chats = [inner(chat) for chat in elements(lists.get("list"))[:20]]
    return any("messages" in chat and scalar(chat.get("type")) for chat in chats)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    for found in chat_files(path, _sure, "export of Telegram Desktop"):
        if isinstance(found, Skipped):
            yield found
            continue
        name, sample = found
        head = first_object(sample)
        if "messages" in head and "chats" not in head:
            yield from _of_one(sample.path, name, head, options)
        else:
            yield from _of_all(sample.path, name)


def _of_one(
    path: Path, name: str, head: Mapping[str, object], options: ReadOptions
) -> Iterator[Document | Skipped]:
    if scalar(head.get("type")) in _DIRECT:
        options.notice(f"{name} is a direct chat; what was said there may be private.")
    yield from _of_chat(head, json_messages(path, "messages.item", name, mend=mended))


def _of_all(path: Path, name: str) -> Iterator[Document | Skipped]:
    """Groups and channels of an account; direct chats are counted."""
    private, chats = 0, 0
    for chat, records in chats_of(path, name):
        if chat is None:
            yield from (record for record in records if isinstance(record, Skipped))
        elif scalar(chat.head.get("type")) in _GROUPS:
            yield from _of_chat(chat.head, records)
        else:
            chats += 1
            private += sum(1 for _ in records)
    if chats:
        yield Skipped(f"{name}: {chats:,} direct chats with {private:,} messages", PRIVATE)


def _of_chat(
    head: Mapping[str, object], records: Iterator[Record | Skipped]
) -> Iterator[Document | Skipped]:
    chat = _Chat(head, LeftOut(""))
    chat.left = LeftOut(f"chat {chat.title or chat.key}")
    channel = Channel(chat.key, name=chat.title, origin=f"telegram:{chat.key}")
    yield from conversations(_messages(chat, records), channel)
    yield from chat.left.told()


def _messages(chat: _Chat, records: Iterator[Record | Skipped]) -> Iterator[Message | Skipped]:
    seen = Seen()
    for record in records:
        if isinstance(record, Skipped):
            yield record
            continue
        kind = scalar(record.value.get("type"))
        if kind not in {"message", ""}:
            _note_topic(record.value, chat)
            chat.left.add(NOTICES if kind == "service" else "of a type that is not exported")
        elif not (message := _message(record.value, record.where, chat)).text:
            chat.left.add(EMPTY)
        elif seen.before(message.id, message.text):
            chat.left.add(TWICE)
        else:
            yield message


def _note_topic(value: Mapping[str, object], chat: _Chat) -> None:
    """Remember a topic of a forum when it is made or gets another title."""
    number, title = scalar(value.get("id")), scalar(value.get("title"))
    if value.get("action") == "topic_created" and number:
        chat.topics[number] = title
    elif value.get("action") == "topic_edit":
        topic = _topic(value, chat)
        if topic and (title := scalar(value.get("new_title"))):
            chat.topics[topic] = title


def _topic(value: Mapping[str, object], chat: _Chat) -> str:
    """The topic of a message: it answers the notice that made the topic, or a message in it."""
    answered = scalar(value.get("reply_to_message_id"))
    if answered in chat.topics:
        return answered
    return chat.topic_of.get(answered, "")


def _message(value: Mapping[str, object], where: str, chat: _Chat) -> Message:
    number = scalar(value.get("id"))
    author = _author(value)
    if sender := scalar(value.get("from_id")):
        chat.people[sender] = author
    topic = _topic(value, chat)
    if topic and number:
        chat.topic_of[number] = topic
    mentions: list[str] = []
    answered = scalar(value.get("reply_to_message_id"))
    return Message(
        id=number or where,
        text=_whole_text(value, chat, mentions),
        author=author,
        created=moment(value.get("date_unixtime")) or moment(value.get("date")),
        origin=chat.link(number) if number else where,
        thread=topic,
        title=chat.topics.get(topic, ""),
        reply_to="" if scalar(value.get("reply_to_peer_id")) or answered == topic else answered,
        mentions=tuple(dict.fromkeys(mentions)),
    )


def _author(value: Mapping[str, object]) -> str:
    """Who wrote it: the signature in a channel, else the name; a deleted account has a number."""
    signed, name = scalar(value.get("author")), scalar(value.get("from"))
    return signed or name or scalar(value.get("from_id"))


def _whole_text(value: Mapping[str, object], chat: _Chat, mentions: list[str]) -> str:
    text = _joined(value.get("text") or value.get("text_entities"), chat, mentions)
    poll = inner(value.get("poll"))
    asked = _joined(poll.get("question"), chat, mentions)
    answers = [
        _joined(inner(one).get("text"), chat, mentions) for one in elements(poll.get("answers"))
    ]
    return "\n".join(
        word for word in (text, asked, *(f"- {one}" for one in answers if one)) if word
    )


def _joined(text: object, chat: _Chat, mentions: list[str]) -> str:
    """Text that is written as one string, or as a list of strings and marked words."""
    if not isinstance(text, list):
        return scalar(text)
    return "".join(_word(piece, chat, mentions) for piece in text).strip()


def _word(piece: object, chat: _Chat, mentions: list[str]) -> str:
    if not isinstance(piece, dict):
        return piece if isinstance(piece, str) else scalar(piece)
    words, kind = piece.get("text"), piece.get("type")
    shown = words if isinstance(words, str) else scalar(words)
    if kind == "mention_name":
        name = chat.people.get(f"user{scalar(piece.get('user_id'))}") or shown.strip()
        mentions.append(name)
        return f"@{name}"
    address = scalar(piece.get("href"))
    if kind == "text_link" and address and address not in shown:
        return f"{shown} ({address})"
    return shown


CONNECTOR = Telegram()
