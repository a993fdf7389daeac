"""One message of a chat, and how messages become conversations: the documents of a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.records import Document, Skipped, SourcePart, TextFormat
from pipeline.sources.base import content_key
from pipeline.sources.chat._lately import Once
from pipeline.sources.chat.disentangle import Disentangler
from pipeline.sources.chat.gathering import Gathering, Lasts

LONGEST = 200
"""Messages of the longest conversation that stays one document."""

FEWEST_WORDS = 4
"""A message that nobody answered and that has fewer words than this tells nothing."""

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""A character of Chinese, Japanese, Thai, Lao, Khmer or Burmese, which have no spaces."""


@dataclass(slots=True)
class Message:
    """One message as its export had it. Not frozen, since that would make it thrice as slow.

    Args:
        id: Identifies it within its channel.
        text: What was written, with names of people and channels already resolved.
        author: Who wrote it, by the name that people use for each other.
        created: When, in UTC.
        origin: Link or locator that leads to this very message.
        format: How the text is marked up.
        thread: Which thread or topic it belongs to, where the export knows; messages without
            one are put into conversations by time, replies and mentions.
        title: Title of that thread.
        reply_to: Id of the message that it answers, where the export knows.
        mentions: Authors whom it names.
        solution: Whether the source marks it as what solved the matter.
    """

    id: str
    text: str
    author: str = ""
    created: datetime | None = None
    origin: str = ""
    format: TextFormat = "text"
    thread: str = ""
    title: str = ""
    reply_to: str = ""
    mentions: tuple[str, ...] = ()
    solution: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages were written. `key` is unique within the source and stable."""

    key: str
    name: str = ""
    origin: str = ""
    discipline: str | None = None
    tags: tuple[str, ...] = ()


def conversations(
    messages: Iterable[Message | Skipped], channel: Channel, *, lasts: Lasts | None = None
) -> Iterator[Document | Skipped]:
    """The messages of one channel as conversations, each a document with a part per message.

    Messages come in about the order of time. Those with a thread belong to it, however late they
    come; the others are told apart by `Disentangler`. A conversation is known by the message that
    came first, so that it keeps its key when a later export has more of it; a long one is cut
    into several documents, each known by the message that it begins with. Bounded in memory; see
    `Gathering` for `lasts`.

    A message on its own with fewer than four words comes as a `Skipped`, and so do, in one count,
    messages that come a second time.
    """
    apart, once = Disentangler(), Once()
    with Gathering(_packed, _unpacked, lasts) as gathering:
        for message in messages:
            if isinstance(message, Skipped):
                yield message
                continue
            if once.again(message.id, message.text):
                continue
            if message.thread:
                group = f"thread {message.thread}"
                if lasts is None:  # else nothing outside of threads answers what is in one
                    apart.belongs(message, group)
            else:
                group = apart.place(message)
            if gathering.add(group, message):
                for over in gathering.over(message.created):
                    yield from _documents(over, channel)
        for left in gathering.rest():
            yield from _documents(left, channel)
    yield from once.told(f"channel {channel.name or channel.key}")


def _documents(messages: list[Message], channel: Channel) -> Iterator[Document | Skipped]:
    """The documents of one conversation, whose messages are in the order in which they came."""
    first = messages[0]
    if len(messages) == 1 and says_little(first.text):
        reason = f"a message on its own with fewer than {FEWEST_WORDS} words"
        yield Skipped(first.origin or f"{channel.key}/{first.id}", reason)
        return
    for start in range(0, len(messages), LONGEST):
        yield _document(messages[start : start + LONGEST], channel)


def _document(messages: Sequence[Message], channel: Channel) -> Document:
    key = messages[0].id or content_key(messages[0].author, messages[0].text)
    if len(messages) > 1:
        messages = in_time(messages)
    first = messages[0]
    solved = [message for message in messages if message.solution]
    return Document(
        key=f"{channel.key}/{key}",
        title=first.title or next((m.title for m in messages if m.title), ""),
        parts=tuple(
            [
                SourcePart(
                    "action" if message.solution else "post",
                    message.text,
                    message.format,
                    message.author or None,
                    message.created,
                    message.origin or None,
                    message.mentions,
                )
                for message in messages
            ]
        ),
        origin=first.origin or channel.origin,
        author=first.author or None,
        created=first.created,
        discipline=channel.discipline,
        tags=channel.tags or ((channel.name,) if channel.name else ()),
        status="worked" if solved else "unknown",
    )


def says_little(text: str) -> bool:
    """Whether there are fewer than four words; of writing without spaces each character is one.

    >>> says_little("It leaks again"), says_little("The valve leaks again")
    (True, False)
    >>> says_little("谢谢"), says_little("水泵又坏了")
    (True, False)
    """
    words = len(text.split())
    if words < FEWEST_WORDS and not text.isascii():
        words = len(_UNSPACED.sub(" x ", text).split())
    return words < FEWEST_WORDS


def in_time(messages: Sequence[Message]) -> Sequence[Message]:
    """The messages in the order of time; those without a time stay behind the one before them."""
    if _in_order(messages):
        return messages
    at = next((message.created for message in messages if message.created), None)
    if at is None:
        return messages
    times = [(at := message.created or at).timestamp() for message in messages]
    return [messages[i] for i in sorted(range(len(messages)), key=times.__getitem__)]


def _in_order(messages: Sequence[Message]) -> bool:
    """Whether no message was written before the one ahead of it; faster than to sort."""
    last = None
    for message in messages:
        at = message.created
        if at is None or (last is not None and at < last):
            return False
        last = at
    return True


def restored(record: Message | dict[str, Any]) -> Message:
    """The message that a shelf gives back: itself, or what JSON keeps of it."""
    if isinstance(record, Message):
        return record
    created = record["created"]
    if isinstance(created, str):
        record["created"] = datetime.fromisoformat(created)
    record["mentions"] = tuple(record["mentions"])
    return Message(**record)


def _packed(message: Message) -> tuple[object, ...]:
    """What of a message its document needs, in the order of the fields."""
    return (
        message.id,
        message.text,
        message.author,
        message.created,
        message.origin,
        message.format,
        message.thread,
        message.title,
        "",
        message.mentions,
        message.solution,
    )


def _unpacked(record: list[Any]) -> Message:
    if record[3]:
        record[3] = datetime.fromisoformat(record[3])
    record[9] = tuple(record[9])
    return Message(*record)
