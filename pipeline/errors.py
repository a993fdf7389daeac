"""The error tree. A leaf module, so that every room can raise from it.

    DoubleloopError            one clear line for the user; `exit_code` says how the command ends
    ├── InputError        (2)  what was given cannot be used: path, flag, file content
    │   ├── UnreadableSource   a file is empty, binary, truncated or not what it claims
    │   ├── MappingError       a table lacks a column that is needed, or a flag names none
    │   └── NotAllowed         the actor may not do this in this community
    ├── NothingFound      (1)  the question was fine; there is nothing to show
    ├── StoreError        (2)  the database cannot be opened, written or is in use
    │   ├── StoreBusy          another process is importing or indexing
    │   └── StoreFull          the disk is full
    ├── IndexMismatch     (2)  the index was built by another encoder or pipeline
    └── MissingPiece      (3)  a model, package or service is not there
        ├── MissingModel       a model is not installed or fails its checksum
        └── ServiceError       a model service does not answer or answers nonsense

Messages say what is wrong, where, and what to do. They never hold secrets.
"""

from __future__ import annotations

import re

_LONGEST = 1000
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def _line(text: str) -> str:
    """One line that any terminal can show, whatever names and values it tells of."""
    text = " ".join(_NOT_SHOWN.sub(" ", text).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class DoubleloopError(Exception):
    """Base of all errors meant for a user. `str(error)` is fit to be shown.

    Args:
        message: What is wrong and where, in one sentence.
        hint: What to do about it, in one sentence.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = _line(message)
        self.hint = _line(hint)
        super().__init__(f"{self.message} {self.hint}".strip())


class InputError(DoubleloopError):
    """What the user gave cannot be used."""


class UnreadableSource(InputError):
    """A source is empty, binary, truncated, or not what it claims to be."""


class MappingError(InputError):
    """A table lacks a column that is needed, or a mapping names one that is not there."""


class NotAllowed(InputError):
    """The actor may not do this here."""


class NothingFound(DoubleloopError):
    """The request was fine, and there is nothing to show for it."""

    exit_code = 1


class StoreError(DoubleloopError):
    """The community's database cannot be opened or written."""


class StoreBusy(StoreError):
    """Another process is writing to the same community."""


class StoreFull(StoreError):
    """There is no room left on the disk."""


class IndexMismatch(DoubleloopError):
    """The index on disk was built by another encoder; both are named."""


class MissingPiece(DoubleloopError):
    """Something that can be installed or started is not there."""

    exit_code = 3


class MissingModel(MissingPiece):
    """A model is not installed, or its checksum is not the expected one."""


class ServiceError(MissingPiece):
    """A model service does not answer, or its answer cannot be used."""
