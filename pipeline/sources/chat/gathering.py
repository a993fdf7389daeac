"""Gathers messages by conversation in bounded memory, however large the channel.

Messages come in about the order of time. What is over comes out early; of what may still go on,
too much goes to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from pipeline.sources.reading.shelf import Shelf

IN_MEMORY = 50_000
"""Messages that are held in memory."""

OVER = 7 * 86400.0
"""Seconds of silence after which a conversation outside of threads is over."""

Lasts = MutableMapping[str, float]
"""When each thread has its last message, in seconds since 1970; a connector that knows it from
the export fills it in as it reads."""


class Held(Protocol):
    """What of a message counts."""

    @property
    def created(self) -> datetime | None:
        """When it was written."""

    @property
    def thread(self) -> str:
        """The thread it belongs to; empty where the export knows none."""


M = TypeVar("M", bound=Held)


class Gathering(Generic[M]):
    """Messages put together by conversation.

    Args:
        packed: Makes of a message what JSON can keep.
        restored: Makes a message again of what JSON kept.
        lasts: When each thread has its last message, where the export tells that and has no
            replies outside of threads; without it nothing is over before the end.
        in_memory: Messages that are held before what is over is looked for; `IN_MEMORY`.
    """

    def __init__(
        self,
        packed: Callable[[M], Any],
        restored: Callable[[Any], M],
        lasts: Lasts | None = None,
        *,
        in_memory: int | None = None,
    ) -> None:
        self._packed = packed
        self._restored = restored
        self._lasts = lasts
        self._most = in_memory or IN_MEMORY
        self._held = 0
        self._open: dict[str, list[M]] = {}
        self._shelf = Shelf(in_memory=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shelf.close()

    def add(self, group: str, message: M) -> bool:
        """Put a message at the end of its conversation; True when `over` should be called."""
        if (messages := self._open.get(group)) is None:
            self._open[group] = [message]
        else:
            messages.append(message)
        self._held += 1
        return self._held >= self._most

    def over(self, now: datetime | None) -> Iterator[list[M]]:
        """Conversations that are over by then; when too many go on, these are put on disk."""
        at = now.timestamp() if now else 0.0
        for group in [g for g, messages in self._open.items() if self._is_over(g, messages, at)]:
            messages = self._open.pop(group)
            self._held -= len(messages)
            if self._lasts and messages[0].thread:
                self._lasts.pop(messages[0].thread, None)
            yield messages
        if self._held > self._most // 2:
            for group, messages in self._open.items():
                for message in messages:
                    self._shelf.add(group, self._packed(message))
            self._open.clear()
            self._held = 0

    def rest(self) -> Iterator[list[M]]:
        """All conversations that have not come out yet; first come, first given."""
        for group, records in self._shelf.groups():
            yield [self._restored(record) for record in records] + self._open.pop(group, [])
        for group in list(self._open):
            yield self._open.pop(group)

    def _is_over(self, group: str, messages: list[M], now: float) -> bool:
        newest = messages[-1]
        if self._lasts is None or newest.created is None or group in self._shelf:
            return False
        at = newest.created.timestamp()
        if newest.thread:
            # the last reply is written with fewer digits in some exports
            last = self._lasts.get(newest.thread)
            return last is not None and at > last - 1 and now > last
        return now - at > OVER
