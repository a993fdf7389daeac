"""JSON as a stream that is refused where it is nested too deeply.

The reader of streams writes down the path to each value; of a file with nothing but brackets these
paths would fill any memory. The depth is counted here by what is outside of text, at the speed at
which the stream is read.
"""

from __future__ import annotations

import re
from typing import IO, cast

DEEPEST = 600
"""Arrays and objects inside one another; exports have about ten."""

_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_PASSES = 6


def shallow(stream: IO[bytes]) -> IO[bytes]:
    """The same stream; reading on raises a `ValueError` where it is nested too deeply."""
    return cast(IO[bytes], _Shallow(stream))


class _Shallow:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._open = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        bare = _TEXT.sub(b"", self._open + data)
        quote = bare.find(b'"')
        self._open = b""
        if quote >= 0:  # a text that goes on in what is read next
            rest = bare[quote:]
            escaped = (len(rest) - len(rest.rstrip(b"\\"))) % 2
            self._open, bare = b'"\\' if escaped else b'"', bare[:quote]
        brackets = bare.translate(None, _NO_BRACKETS)
        for _ in range(_PASSES):  # the innermost pairs go, which makes it shallower by one
            brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        opening = brackets.count(b"[") + brackets.count(b"{")
        if self._depth + opening + 2 * _PASSES > DEEPEST:
            self._exactly(brackets)
        self._depth += 2 * opening - len(brackets)

    def _exactly(self, brackets: bytes) -> None:
        depth = self._depth
        for bracket in brackets:
            depth += 1 if bracket in b"[{" else -1
            if depth > DEEPEST:
                raise ValueError(f"it is nested more than {DEEPEST} deep")
