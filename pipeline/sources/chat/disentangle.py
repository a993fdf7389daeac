"""Tells the conversations of a flat chat apart, message by message, as they come.

Each message is linked to the likeliest of a few earlier ones, or begins a conversation. What was
decided stays: a longer export of the same chat is told apart the same way as far as it agrees.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from pipeline.sources.chat._lately import Lately
from pipeline.sources.chat._signs import (
    ALONE,
    ASKS,
    BEGINS,
    BETWEEN,
    BOTH_NAME,
    CLOSE,
    CROWD,
    FIRST,
    GAP,
    LAST_BY,
    NAMED_ME,
    NAMED_OTHERS,
    NAMES,
    NAMES_AUTHOR,
    NAMES_OTHERS,
    NAMES_SPEAKER,
    NEWEST,
    OWN,
    QUESTION,
    SAME,
    SHARED,
    SPAN,
    SPOKE_THERE,
    THANKS,
    likelihood,
)
from pipeline.sources.chat._utterance import Conversation, Reader, Said, Utterance

LATEST = 5
"""The newest messages: any message may answer these."""

WINDOW = 200
"""Within how many messages an answer comes."""

PATIENCE = 6 * 60
"""Within how many minutes an answer comes."""

NAMED_WINDOW = 10 * WINDOW
NAMED_PATIENCE = 8 * PATIENCE
"""The same where one of the two messages names the author of the other."""

ACQUAINTED = 50
"""After how many messages of a channel somebody who has not written before is a newcomer."""

SKEW = 3 * 3600.0
"""Seconds by which a clock may be late; a message with an earlier time is believed."""

NOBODY = "\n"
"""Stands for the author of a message that has none; nobody else is called that."""

_MOST = 4096  # people and conversations that are remembered before the silent ones are forgotten

_BETWEEN = [
    min(between.bit_length(), 7) << BETWEEN | (CLOSE if between <= 3 else 0)
    for between in range(NAMED_WINDOW + 1)
]
"""The signs of how many messages on the later one comes."""

_number = attrgetter("number")


class Disentangler:
    """Places each message of one channel into a conversation, given those before it.

    Args:
        likelihood: How likely a link with certain signs is; higher is likelier.
    """

    def __init__(self, likelihood: Callable[[int], float] = likelihood) -> None:
        self.answered = ""
        """Id of what the message placed last was found to answer; empty when it began anew."""
        self._likelihood = likelihood
        self._reader = Reader()
        self._count = 0
        self._clock = 0.0
        self._crowd = 0
        self._newest: list[Utterance] = []
        self._by: dict[str, tuple[Utterance, ...]] = {}
        self._to: dict[str, Utterance] = {}
        self._open: dict[str, Conversation] = {}
        self._of: Lately[str] = Lately()
        self._awaited: Lately[str] = Lately()

    def place(self, message: Said) -> str:
        """The conversation that the message belongs to; the id of its first message."""
        author = message.author.lower()
        said = Utterance(
            message.id,
            self._count,
            author,
            self._minute(message.created),
            self._reader.read(message, author),
        )
        conversation = self._told(message) or self._found(said)
        self._keep(said, conversation)
        group = conversation.group
        self._of[message.id] = group
        return group

    def belongs(self, message: Said, group: str) -> None:
        """Note that the export itself puts the message into a conversation."""
        self._of[message.id] = group

    def options(self, said: Utterance) -> tuple[list[Utterance], list[int]]:
        """What a message may answer, the newest first, and the signs of each link.

        There is one number of signs more: that it answers nothing and begins a conversation.
        """
        number, minute, named, words = said.number, said.minute, said.named, said.words
        me = said.author or NOBODY
        now = said.opening & (ASKS | THANKS)
        seen = 0
        pool: list[Utterance] = []
        keys: list[int] = []
        for earlier in self._pool(said):
            between, gap = number - earlier.number, minute - earlier.minute
            conversation = earlier.conversation
            key = now | earlier.state | conversation.alone
            if conversation.newest == earlier.number:
                key |= NEWEST
            if named:
                key |= _naming(said, earlier)
            elif earlier.named:
                key |= NAMED_ME if me in earlier.named else NAMED_OTHERS
            if not (between <= WINDOW and -PATIENCE <= gap <= PATIENCE) and not _still(
                key, gap, between
            ):
                continue
            if earlier.author == me:
                key |= SAME
            if me in conversation.speakers:
                key |= SPOKE_THERE
            if not words.isdisjoint(earlier.words):
                key |= min(len(words & earlier.words), 3) << SHARED
            key |= _BETWEEN[between] | gap.bit_length() << GAP
            seen |= key
            pool.append(earlier)
            keys.append(key)
        keys.append(self._beginning(said) | seen & NAMED_ME)
        return pool, keys

    def _pool(self, said: Utterance) -> list[Utterance]:
        """The newest messages, and the last by and to those whom it concerns."""
        pool = self._newest[::-1]
        first = pool[-1].number if pool else 0
        older = []
        own, to_me = self._by.get(said.author), self._to.get(said.author)
        if own and own[-1].number < first:
            older.append(own[-1])
        if to_me and to_me.number < first:
            older.append(to_me)
        for name in said.named:
            older += [theirs for theirs in self._by.get(name, ()) if theirs.number < first]
        if len(older) > 1:
            older = sorted(set(older), key=_number, reverse=True)
        return pool + older

    def _beginning(self, said: Utterance) -> int:
        """The signs that it begins a conversation."""
        key = BEGINS | said.opening & ~QUESTION
        if said.named:
            key |= NAMES
            if not self._by.keys().isdisjoint(said.named):
                key |= NAMES_SPEAKER
        own, newest = self._by.get(said.author), self._newest
        if own:
            key |= min((said.minute - own[-1].minute).bit_length(), 10) << OWN
        elif said.number >= ACQUAINTED:
            key |= FIRST << OWN
        if not newest:
            return key | 11 << GAP
        last = newest[-1].minute
        quiet = min((said.minute - last).bit_length(), 11)
        until = last if len(newest) == LATEST else said.minute
        span = min((until - newest[0].minute).bit_length(), 7)
        return key | self._crowd << CROWD | quiet << GAP | span << SPAN

    def _found(self, said: Utterance) -> Conversation:
        """The conversation of the likeliest link; of equally likely ones the newest."""
        pool, keys = self.options(said)
        likely = list(map(self._likelihood, keys))
        best = likely.index(max(likely))
        if best == len(pool):
            self.answered = ""
            return self._begun(said.id or f"no id, {said.number}")
        self.answered = pool[best].id
        return pool[best].conversation

    def _told(self, message: Said) -> Conversation | None:
        """The conversation that the export tells, by what it answers or what answered it."""
        group = self._awaited.get(message.id) if self._awaited else None
        if (to := message.reply_to) and to != message.id:
            group = self._of.get(to) or group or self._awaited.get(to) or message.id
            if self._of.get(to) is None:
                self._awaited[to] = group
        if group is None:
            return None
        self.answered = to
        return self._open.get(group) or self._begun(group)

    def _begun(self, group: str) -> Conversation:
        if len(self._open) > _MOST:
            self._forget()
        conversation = self._open[group] = Conversation(group)
        return conversation

    def _minute(self, created: datetime | None) -> int:
        """Minutes since 1970; of a message that is a little late, those of the one before it."""
        if created is not None:
            at = created.timestamp()
            if not self._clock - SKEW < at < self._clock:
                self._clock = at
        return int(self._clock // 60)

    def _keep(self, said: Utterance, conversation: Conversation) -> None:
        """Remember a message that has been placed."""
        self._count += 1
        said.conversation = conversation
        newest = self._newest
        if not newest or conversation.newest < newest[0].number:
            self._crowd += 1
        conversation.newest = said.number
        newest.append(said)
        if len(newest) > LATEST:
            self._crowd -= newest[0].conversation.newest == newest[0].number
            del newest[0]
        if said.author:
            conversation.speakers.add(said.author)
            conversation.alone = ALONE if len(conversation.speakers) == 1 else 0
            self._spoke(said)
        for name in said.named:
            self._to[name] = said

    def _spoke(self, said: Utterance) -> None:
        said.state |= LAST_BY
        if before := self._by.get(said.author):
            before[-1].state &= ~LAST_BY
            self._by[said.author] = (before[-1], said)
            return
        if len(self._by) > _MOST or len(self._to) > _MOST:
            self._forget()
        self._reader.met(said.author)
        self._by[said.author] = (said,)

    def _forget(self) -> None:
        """Forget people and conversations that have been silent for long."""
        since = self._count - NAMED_WINDOW
        self._by = {name: said for name, said in self._by.items() if said[-1].number >= since}
        self._to = {name: said for name, said in self._to.items() if said.number >= since}
        self._open = {
            group: conversation
            for group, conversation in self._open.items()
            if conversation.newest >= since
        }
        names = self._reader.names
        self._reader.names = {word: name for word, name in names.items() if name in self._by}


def _naming(said: Utterance, earlier: Utterance) -> int:
    """Signs of whom the two name."""
    key = 0
    if said.named:
        key = NAMES_AUTHOR if earlier.author in said.named else NAMES_OTHERS
        if not said.named.isdisjoint(earlier.named):
            key |= BOTH_NAME
    if earlier.named:
        key |= NAMED_ME if said.author in earlier.named else NAMED_OTHERS
    return key


def _still(key: int, gap: int, between: int) -> bool:
    """Whether a late message may still be an answer, since one of the two names the other."""
    named = key & (NAMES_AUTHOR | NAMED_ME)
    return bool(named) and abs(gap) <= NAMED_PATIENCE and between <= NAMED_WINDOW
