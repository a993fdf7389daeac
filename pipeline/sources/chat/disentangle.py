"""Tells the conversations of a flat chat apart, message by message, as they come.

Each message is linked to the likeliest of a few earlier ones, or begins a conversation. What was
decided stays: a longer export of the same chat is told apart the same way as far as it agrees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from pipeline.sources.chat import signs
from pipeline.sources.chat.lately import Lately

NEAR = 5
"""The newest messages that any message may answer."""

WINDOW = 200
"""How many messages on an answer may come, and ten times that when one names the other."""

PATIENCE = 6 * 3600.0
"""Seconds after which an answer that names nobody is none."""

LONG_PATIENCE = 48 * 3600.0
"""Seconds after which an answer that names whom it answers is none."""

SKEW = 3 * 3600.0
"""Seconds by which a clock may be late; one that is later is believed."""

_READ = 400  # characters of a message that are read for names and words
_PEOPLE = 4096  # people who are remembered before the silent ones are forgotten
_WORDS = 50_000  # words that are counted before the rare ones are forgotten
_RARE = 0.02  # share of messages that may have a word which still counts as rare

_WORD = re.compile(r"[\w\[\]{}|^`\\-]{3,}")
_MARKS = "@:,;<>.!?"
_ASKING = frozenset(
    "how what why where when which who is are can could does do did anyone anybody has have "
    "should would will any".split()
)
_GREETING = frozenset("hi hello hey hallo morning evening greetings hola".split())
_THANKING = frozenset(
    "thanks thank thx ty ok okay yes yeah yep no nope ah oh cool great nice lol right sure k".split()
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
    """What is remembered of a conversation: its name, who has spoken, its newest message."""

    __slots__ = ("group", "newest", "speakers")

    def __init__(self, group: str) -> None:
        self.group = group
        self.speakers: set[str] = set()
        self.newest = -1


class Utterance:
    """What is remembered of a message."""

    __slots__ = ("at", "author", "begins", "conversation", "id", "named", "number", "words")

    def __init__(self, number: int, id_: str, author: str, at: float) -> None:
        self.number = number
        self.id = id_
        self.author = author
        self.at = at
        self.begins = 0
        self.named: set[str] = set()
        self.words: frozenset[str] = frozenset()
        self.conversation = Conversation("")


Option = tuple[Utterance | None, int]
"""A message that may be answered (None: nothing is, a conversation begins) and the signs of it."""


class Disentangler:
    """Places each message of one channel into a conversation, given those before it.

    Args:
        likelihood: How likely a link is, given its signs; higher is likelier.
    """

    def __init__(self, likelihood: Callable[[int], float] = signs.likelihood) -> None:
        self.answered = ""
        """Id of the message that the last one was found to answer; empty when it began anew."""
        self._likelihood = likelihood
        self._count = 0
        self._clock = 0.0
        self._newest: list[Utterance] = []
        self._by: dict[str, tuple[Utterance, ...]] = {}
        self._to: dict[str, tuple[Utterance, ...]] = {}
        self._names: dict[str, str] = {}
        self._open: dict[str, Conversation] = {}
        self._words: dict[str, int] = {}
        self._read = 0.0
        self._of: Lately[str] = Lately()
        self._awaited: Lately[str] = Lately()

    def place(self, message: Said) -> str:
        """The conversation that the message belongs to; the id of its first message."""
        said = self._heard(message)
        conversation = self._told(message)
        if conversation is None:
            best = self._best(self.options(said, message.text))
            self.answered = best.id if best else ""
            conversation = best.conversation if best else self._opened(message.id)
        self._keep(said, conversation)
        self._of[message.id] = conversation.group
        return conversation.group

    def belongs(self, message: Said, group: str) -> None:
        """Note that the export itself puts the message into a conversation."""
        self._of[message.id] = group

    def options(self, said: Utterance, text: str) -> list[Option]:
        """The messages that it may answer, the newest first, and last that it answers none."""
        me, named, at, number = said.author, said.named, said.at, said.number
        now = said.begins & (signs.ASKS | signs.THANKS)
        if named:
            now |= signs.NAMES_OTHERS
        by, was_named = self._by, 0
        found: list[Option] = []
        for earlier in self._pool(said):
            between, gap = number - earlier.number, abs(at - earlier.at)
            author, then = earlier.author, earlier.named
            key = now | earlier.begins & signs.QUESTION
            if author in named:
                key ^= signs.NAMES_AUTHOR | signs.NAMES_OTHERS
            if then:
                if me in then:
                    key |= signs.NAMED_ME
                    was_named = signs.WAS_NAMED
                else:
                    key |= signs.NAMED_OTHERS
                if named and not named.isdisjoint(then):
                    key |= signs.BOTH_NAME
            if gap > PATIENCE or between > WINDOW:
                if not key & (signs.NAMES_AUTHOR | signs.NAMED_ME):
                    continue
                if gap > LONG_PATIENCE or between > 10 * WINDOW:
                    continue
            if author == me:
                key |= signs.SAME
            if author and by[author][-1] is earlier:
                key |= signs.LAST_BY
            conversation = earlier.conversation
            if conversation.newest == earlier.number:
                key |= signs.NEWEST
            speakers = conversation.speakers
            if me in speakers:
                key |= signs.SPOKE_THERE
            if len(speakers) == 1:
                key |= signs.ALONE
            if not earlier.words.isdisjoint(said.words):
                key |= min(len(earlier.words & said.words), 3) << signs.SHARED
            key |= min(between.bit_length(), 7) << signs.BETWEEN
            key |= min(int(gap / 60).bit_length(), 11) << signs.GAP
            found.append((earlier, key))
        found.append((None, self._beginning(said) | was_named))
        return found

    def _pool(self, said: Utterance) -> list[Utterance]:
        """What it may answer: the newest messages, and the last by and to whom it concerns."""
        pool = self._newest[::-1]
        first = pool[-1].number if pool else 0
        older: dict[int, Utterance] = {}
        by, to, me = self._by, self._to, said.author
        for utterance in by.get(me, ()) + to.get(me, ()):
            if utterance.number < first:
                older[utterance.number] = utterance
        for name in said.named:
            for utterance in by.get(name, ()) + to.get(name, ())[-1:]:
                if utterance.number < first:
                    older[utterance.number] = utterance
        return pool + [older[number] for number in sorted(older, reverse=True)] if older else pool

    def _beginning(self, said: Utterance) -> int:
        """The signs that it begins a conversation, but for whether it was named."""
        key = signs.BEGINS | said.begins & ~signs.QUESTION
        if said.named:
            key |= signs.NAMES
            if any(name in self._by for name in said.named):
                key |= signs.NAMES_SPEAKER
        own = self._by.get(said.author)
        silent = min(_minutes(said.at - own[-1].at), 10) if own else signs.FIRST
        quiet = min(_minutes(said.at - self._newest[-1].at), 11) if self._newest else 11
        return key | silent << signs.OWN | quiet << signs.GAP

    def _best(self, options: list[Option]) -> Utterance | None:
        """The likeliest; of equally likely ones the newest."""
        likelihood = self._likelihood
        best, most = None, float("-inf")
        for option, key in options:
            how = likelihood(key)
            if how > most:
                best, most = option, how
        return best

    def _told(self, message: Said) -> Conversation | None:
        """The conversation that the export tells, by what it answers or what answered it."""
        group = self._awaited.get(message.id)
        if message.reply_to and message.reply_to != message.id:
            group = self._of.get(message.reply_to) or group or self._awaited.get(message.reply_to)
            if group is None:
                self._awaited[message.reply_to] = group = message.id
        if group is None:
            return None
        self.answered = message.reply_to
        return self._open.get(group) or self._opened(group)

    def _opened(self, group: str) -> Conversation:
        if len(self._open) > _PEOPLE:
            self._forget()
        conversation = self._open[group] = Conversation(group)
        return conversation

    def _heard(self, message: Said) -> Utterance:
        """What is remembered of a message; its conversation is not known yet."""
        said = Utterance(self._count, message.id, message.author.lower(), self._time(message))
        self._count += 1
        text = message.text[:_READ].lower()
        said.named = {name.lower() for name in message.mentions}
        said.words = self._rare(_WORD.findall(text), said.named)
        said.named.discard(said.author)
        said.begins = self._opening(text, said.named)
        return said

    def _time(self, message: Said) -> float:
        """Seconds since 1970; one that is a little late is as late as the one before it."""
        if message.created is not None:
            at = message.created.timestamp()
            if not self._clock - SKEW < at < self._clock:
                self._clock = at
        return self._clock

    def _rare(self, words: list[str], named: set[str]) -> frozenset[str]:
        """The rare words among them; those that are names go to `named`."""
        names, counts = self._names, self._words
        most = 2 + self._read * _RARE
        self._read += 1
        rare = []
        for word in words:
            if word in names:
                named.add(names[word])
            else:
                count = counts[word] = counts.get(word, 0) + 1
                if count <= most and len(word) > 3:
                    rare.append(word)
        if len(counts) > _WORDS:
            self._words = {word: count // 2 for word, count in counts.items() if count > 1}
            self._read /= 2
        return frozenset(rare)

    def _opening(self, text: str, named: set[str]) -> int:
        """What its first words are and how long it is, as signs."""
        first, _, rest = text.partition(" ")
        word = first.strip(_MARKS)
        if (name := self._names.get(word)) in named or word in named:
            word = rest.partition(" ")[0].strip(_MARKS)
        begins = 0
        if "?" in text or word in _ASKING:
            begins = signs.ASKS | signs.QUESTION
        if word in _THANKING:
            begins |= signs.THANKS
        elif word in _GREETING:
            begins |= signs.GREETS
        if len(text) < 20:
            begins |= signs.SHORT
        elif len(text) > 80:
            begins |= signs.LONG
        return begins

    def _keep(self, said: Utterance, conversation: Conversation) -> None:
        """Remember a message that has been placed."""
        said.conversation = conversation
        conversation.newest = said.number
        self._newest.append(said)
        if len(self._newest) > NEAR:
            del self._newest[0]
        if author := said.author:
            conversation.speakers.add(author)
            before = self._by.get(author)
            if before is None:
                self._met(author)
            self._by[author] = (before[-1], said) if before else (said,)
        for name in said.named:
            self._to[name] = (*self._to.get(name, ())[-1:], said)

    def _met(self, author: str) -> None:
        """Somebody speaks for the first time: the full name and the first name mean them."""
        if len(self._by) > _PEOPLE or len(self._to) > _PEOPLE:
            self._forget()
        self._names[author] = author
        first = author.partition(" ")[0]
        if len(first) > 2:
            self._names[first] = author

    def _forget(self) -> None:
        """Forget people and conversations that have been silent for long."""
        since = self._count - 10 * WINDOW
        self._by = {name: said for name, said in self._by.items() if said[-1].number >= since}
        self._to = {name: said for name, said in self._to.items() if said[-1].number >= since}
        self._names = {word: name for word, name in self._names.items() if name in self._by}
        self._open = {g: c for g, c in self._open.items() if c.newest >= since}


def _minutes(seconds: float) -> int:
    """Minutes as the number of their binary digits."""
    return int(abs(seconds) / 60).bit_length()
