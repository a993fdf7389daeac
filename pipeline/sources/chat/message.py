"""One message of a chat, and how messages become conversations: the documents of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.records import Document, Skipped, SourcePart, TextFormat
from pipeline.sources.chat.disentangle import Disentangler
from pipeline.sources.chat.gathering import Gathering, Lasts

LONGEST = 200
"""Messages of the longest conversation that stays one document."""

FEWEST_WORDS = 4
"""A message that nobody answered and that has fewer words than this tells nothing."""


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
    come; the others are told apart by `Disentangler`. A conversation is known by its first
    message, so that it keeps its key when a later export has more of it. Bounded in memory;
    see `Gathering` for `lasts`.

    A message on its own with fewer than four words comes as a `Skipped`.
    """
    apart = Disentangler()
    with Gathering(restored, lasts) as gathering:
        for message in messages:
            if isinstance(message, Skipped):
                yield message
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


def conversation(messages: Sequence[Message], channel: Channel) -> Document | Skipped:
    """The document of messages that belong together; skipped when they hold too little."""
    first = messages[0]
    solved = [message for message in messages if message.solution]
    if len(messages) == 1 and len(first.text.split()) < FEWEST_WORDS:
        return Skipped(
            first.origin or f"{channel.key}/{first.id}",
            f"a message on its own with fewer than {FEWEST_WORDS} words",
        )
    return Document(
        key=f"{channel.key}/{first.id}",
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


def _documents(messages: list[Message], channel: Channel) -> Iterator[Document | Skipped]:
    if len(messages) == 1:
        yield conversation(messages, channel)
        return
    if not _in_order(messages):
        messages.sort(key=_moment)  # stable: messages without a time stay where they are
    for start in range(0, len(messages), LONGEST):
        yield conversation(messages[start : start + LONGEST], channel)


def _in_order(messages: list[Message]) -> bool:
    """Whether no message was written before the one ahead of it; faster than to sort."""
    last = None
    for message in messages:
        at = message.created
        if at is None or (last is not None and at < last):
            return False
        last = at
    return True


def _moment(message: Message) -> float:
    return message.created.timestamp() if message.created else 0.0


def restored(record: Message | dict[str, Any]) -> Message:
    """The message that a shelf gives back: itself, or what JSON keeps of it."""
    if isinstance(record, Message):
        return record
    created = record["created"]
    if isinstance(created, str):
        record["created"] = datetime.fromisoformat(created)
    record["mentions"] = tuple(record["mentions"])
    return Message(**record)
