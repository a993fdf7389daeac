"""Tells conversations in a flat chat apart by time, replies and mentions."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

GAP = 30 * 60.0


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


class Disentangler:
    """Places each message of one channel into a conversation, given those before it."""

    def __init__(self) -> None:
        self._group = ""
        self._last = 0.0
        self._of: dict[str, str] = {}

    def place(self, message: Said) -> str:
        """The conversation that the message belongs to; the id of its first message."""
        at = message.created.timestamp() if message.created else self._last
        if message.reply_to in self._of:
            group = self._of[message.reply_to]
        elif self._group and abs(at - self._last) <= GAP:
            group = self._group
        else:
            group = message.id
        self._group, self._last = group, at
        self._of[message.id] = group
        return group

    def belongs(self, message: Said, group: str) -> None:
        """Note that the export itself puts the message into a conversation."""
        self._of[message.id] = group
