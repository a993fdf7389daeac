"""JSON as a stream without what is nested too deeply.

The reader of streams writes down the path to each value; of a file with nothing but brackets these
paths would fill any memory. The depth is counted here by what is outside of text, at about the
speed at which the stream is read; a value below it gives way to a text that says so.
"""

from __future__ import annotations

import re
from typing import IO, cast

DEEPEST = 64
"""Arrays and objects inside one another that are read; exports have about ten."""

LEFT_OUT = b'"(left out: it was nested too deeply)"'
"""Stands where such a value was."""

_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_TEXT_OR_BRACKET = re.compile(_TEXT.pattern + rb"|[\[\]{}]", re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SIGN = b"\x01"
_PASSES = 6
_PIECE = 1 << 16


def shallow(stream: IO[bytes]) -> IO[bytes]:
    """The same stream, with a text in the place of each value that is nested too deeply."""
    return cast(IO[bytes], _Shallow(stream))


class _Shallow:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._depth = 0
        self._open = b""

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        while data := self._stream.read(_PIECE if size < 0 else size):
            if kept := self._kept(data):  # nothing of it means the end to whoever reads
                return kept
        return b""

    def _kept(self, data: bytes) -> bytes:
        """What of the next bytes is not too deep."""
        began, depth = self._open, self._depth
        text = began + data
        escapes = bool((len(text) - len(text.rstrip(b"\\"))) % 2)
        # the sign behind one more quote is outside of text only where the end is inside of one
        bare = _TEXT.sub(b"", text + (b"x" if escapes else b"") + b'"' + _SIGN)
        inside = bare.endswith(_SIGN)
        self._open = b'"' + b"\\" * escapes if inside else b""
        brackets = bare.translate(None, _NO_BRACKETS)
        for _ in range(_PASSES):  # the innermost pairs go, each time two levels at most
            brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        opening = brackets.count(b"[") + brackets.count(b"{")
        self._depth += 2 * opening - len(brackets)
        if depth + opening + 2 * _PASSES <= DEEPEST:
            return data
        return _without_deep(text, depth, len(began))


def _without_deep(text: bytes, depth: int, began: int) -> bytes:
    """The text from a place on, without what is too deep; `depth` is that of its beginning."""
    made: list[bytes] = []
    at = began if depth <= DEEPEST else len(text)
    for found in _TEXT_OR_BRACKET.finditer(text):
        if found[0] in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST + 1:
                made += [text[at : found.start()], LEFT_OUT]
                at = len(text)
        elif found[0] in (b"]", b"}"):
            depth -= 1
            if depth == DEEPEST:
                at = found.end()
    return b"".join([*made, text[at:]])
