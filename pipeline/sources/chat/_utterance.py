"""What of a message tells which conversation it belongs to, read from its text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from pipeline.sources.chat._signs import ASKS, GREETS, LONG, QUESTION, SHORT, THANKS

READ = 400
"""Characters of a message that are read for names and words."""

NAMED = 16
"""People named in one message who are noted."""

KNOWN_WORDS = 50_000
"""Words that are counted before the rare ones are forgotten."""

RARE = 0.02
"""Share of messages that may hold a word which still counts as rare."""

_WORD = re.compile(r"[\w\[\]{}|^`\\-]{4,}")  # also what the names of IRC are made of
_MARKS = "@:,;<>.!?"
_OPENINGS = {
    word: sign
    for sign, words in (
        (
            ASKS | QUESTION,
            "how what why where when which who is are can could does do did anyone anybody has "
            "have should would will any",
        ),
        (GREETS, "hi hello hey hallo morning evening greetings hola"),
        (
            THANKS,
            "thanks thank thx ty ok okay yes yeah yep no nope ah oh cool great nice lol right "
            "sure k",
        ),
    )
    for word in words.split()
}
"""What the first word of a message is a sign of."""

Words = tuple[AbstractSet[str], frozenset[str], int]
"""The people whom a message names, the rare words in it, and signs of its opening and length."""


class Said(Protocol):
    """What of a message counts."""

    @property
    def id(self) -> str:
        """Identifies it."""

    @property
    def text(self) -> str:
        """Its text."""

    @property
    def author(self) -> str:
        """Who wrote it."""

    @property
    def created(self) -> datetime | None:
        """When."""

    @property
    def reply_to(self) -> str:
        """Id of the message it answers, if known."""

    @property
    def mentions(self) -> tuple[str, ...]:
        """Authors it names."""


class Conversation:
    """What is remembered of a conversation: its name, who has spoken, its newest message.

    The newest message is told by its number; `alone` is the sign that only one has spoken.
    """

    __slots__ = ("alone", "group", "newest", "speakers")

    def __init__(self, group: str) -> None:
        self.group = group
        self.alone = 0
        self.speakers: set[str] = set()
        self.newest = -1


class Utterance:
    """What is remembered of a message.

    Args:
        id_: Identifies it.
        number: Counts the messages of the channel.
        author: Who wrote it, in small letters; empty when nobody knows.
        minute: Minutes since 1970.
        said: What its text tells.
    """

    __slots__ = (
        "author",
        "conversation",
        "id",
        "minute",
        "named",
        "number",
        "opening",
        "state",
        "words",
    )

    def __init__(self, id_: str, number: int, author: str, minute: int, said: Words) -> None:
        self.id = id_
        self.number = number
        self.author = author
        self.minute = minute
        self.named, self.words, self.opening = said
        self.state = self.opening & QUESTION
        """Signs of what it is to a later message; others are added as it is placed."""
        self.conversation = NOWHERE


NOWHERE = Conversation("")
"""Where a message is before it has been placed."""

_NONE: frozenset[str] = frozenset()


class Reader:
    """Reads names, rare words and openings; learns both names and what is rare as it reads."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        """Words that mean somebody, and whom."""
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._read = 0.0

    def met(self, author: str) -> None:
        """Somebody has come: the full name and the first name mean them."""
        self.names[author] = author
        first = author.partition(" ")[0]
        if len(first) > 1:
            self.names[first] = author

    def read(self, message: Said, author: str) -> Words:
        """What the text of a message tells."""
        text = message.text[:READ].lower()
        words = set(_WORD.findall(text))
        first, _, rest = text.partition(" ")
        word = first.strip(_MARKS)
        if word != first:
            words.add(word)  # "Al: ..." names Al, however short
        named = self._named(message.mentions, words, author)
        if named and self.names.get(word, word) in named:
            word = rest.partition(" ")[0].strip(_MARKS)
        return named, self._rare(words), _opening(word, text)

    def _named(self, mentions: tuple[str, ...], words: set[str], author: str) -> AbstractSet[str]:
        """Whom a message names; the words that name them are taken out of `words`."""
        names = self.names
        if not mentions and names.keys().isdisjoint(words):
            return _NONE
        named = {name.lower() for name in mentions[:NAMED]}
        known = [word for word in words if word in names]
        words.difference_update(known)
        named.update([names[word] for word in known])
        named.discard(author)
        return named

    def _rare(self, words: set[str]) -> frozenset[str]:
        counts, most = self._counts, 3 + self._read * RARE
        self._read += 1
        for word in words:
            counts[word] += 1
        rare = frozenset([word for word in words if counts[word] < most])
        if len(counts) > KNOWN_WORDS:
            left = {word: count // 2 for word, count in counts.items() if count > 1}
            self._counts = defaultdict(int, left)
            self._read /= 2
        return rare


def _opening(word: str, text: str) -> int:
    """Signs of the first word that is no name, and of the length."""
    found = _OPENINGS.get(word, 0)
    if "?" in text:
        found |= ASKS | QUESTION
    size = len(text)
    return found | (SHORT if size < 20 else LONG if size > 80 else 0)
