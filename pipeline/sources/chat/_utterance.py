"""What of a message tells which conversation it belongs to, read from its text."""

from __future__ import annotations

import re
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

_WORD = re.compile(r"[\w\[\]{}|^`\\-]{3,}")  # also what the names of IRC are made of
_MARKS = "@:,;<>.!?"
_ASKING = frozenset(
    re.findall(
        r"\w+",
        "how what why where when which who is are can could does do did anyone anybody has have "
        "should would will any",
    )
)
_GREETING = frozenset(re.findall(r"\w+", "hi hello hey hallo morning evening greetings hola"))
_THANKING = frozenset(
    re.findall(
        r"\w+",
        "thanks thank thx ty ok okay yes yeah yep no nope ah oh cool great nice lol right sure k",
    )
)


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

    `alone` is the sign that only one has spoken.
    """

    __slots__ = ("alone", "group", "newest", "speakers")

    def __init__(self, group: str) -> None:
        self.group = group
        self.alone = 0
        self.speakers: set[str] = set()
        self.newest: Utterance | None = None


class Utterance:
    """What is remembered of a message.

    Attributes:
        number: Counts the messages of the channel.
        at: Seconds since 1970.
        named: The people it names, but for its author.
        words: The rare words in it.
        opening: Signs of its first words and its length.
        state: Signs of what it is to a later message: a question, the last by its author, the
            newest of its conversation.
    """

    __slots__ = (
        "at",
        "author",
        "conversation",
        "id",
        "named",
        "number",
        "opening",
        "state",
        "words",
    )

    def __init__(self, id_: str, number: int, author: str, at: float) -> None:
        self.id = id_
        self.number = number
        self.author = author
        self.at = at
        self.named: set[str] = set()
        self.words: frozenset[str] = frozenset()
        self.opening = 0
        self.state = 0
        self.conversation = NOWHERE


NOWHERE = Conversation("")
"""Where a message is before it has been placed."""


class Reader:
    """Reads names, rare words and openings; learns both names and what is rare as it reads."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        """Words that mean somebody, and whom."""
        self._counts: dict[str, int] = {}
        self._read = 0.0

    def met(self, author: str) -> None:
        """Somebody has come: the full name and the first name mean them."""
        self.names[author] = author
        first = author.partition(" ")[0]
        if len(first) > 2:
            self.names[first] = author

    def read(self, said: Utterance, message: Said) -> None:
        """Fill in what the text of a message tells."""
        text = message.text[:READ].lower()
        named = said.named
        for name in message.mentions[:NAMED]:
            named.add(name.lower())
        said.words = self._rare(_WORD.findall(text), named)
        named.discard(said.author)
        said.opening = self._opening(text, named)
        said.state = said.opening & QUESTION

    def _rare(self, words: list[str], named: set[str]) -> frozenset[str]:
        """The rare words among them; names go to `named`."""
        names, counts, rare = self.names, self._counts, []
        most = 2 + self._read * RARE
        for word in words:
            if word in names:
                named.add(names[word])
            else:
                count = counts[word] = counts.get(word, 0) + 1
                if count <= most and len(word) > 3:
                    rare.append(word)
        self._read += 1
        if len(counts) > KNOWN_WORDS:
            self._counts = {word: count // 2 for word, count in counts.items() if count > 1}
            self._read /= 2
        return frozenset(rare)

    def _opening(self, text: str, named: set[str]) -> int:
        """Signs of its first word, but for a name, and of its length."""
        first, _, rest = text.partition(" ")
        word = first.strip(_MARKS)
        if named and self.names.get(word, word) in named:
            word = rest.partition(" ")[0].strip(_MARKS)
        found = SHORT if len(text) < 20 else LONG if len(text) > 80 else 0
        if word in _ASKING or "?" in text:
            found |= ASKS | QUESTION
        if word in _THANKING:
            found |= THANKS
        elif word in _GREETING:
            found |= GREETS
        return found
