"""Which encoding a file has, and text that was broken on its way mended."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

import ftfy
from charset_normalizer import from_bytes

from pipeline.errors import UnreadableSource

SAMPLE = 1 << 18
"""Bytes that are looked at to tell what a file is."""

SURE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
"""Encodings that need no guess."""

_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive (or an Office document)",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROLS = bytes({*range(1, 9), *range(14, 32)} - {27})
_FEW_NULS = 0.01
"""Share of NUL bytes up to which a file is text with some NUL bytes in it."""

_MOJIBAKE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf]|\u00e2[\u0080\u20ac]|\u00f0\u0178|\u00e2\u20ac"
)
"""UTF-8 that was once read as Latin-1 or Windows-1252, such as "Ã¼" for "ü"."""

_BROKEN = re.compile("[\udc80-\udcff]+")
"""What is read of bytes that are not valid in an encoding."""

_LIKELY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256",
    "koi8_r", "shift_jis", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip


def encoding_of(data: bytes, path: Path) -> str:
    """Name of the encoding of a file that begins with `data`.

    Raises:
        UnreadableSource: The bytes are no text; says what they look like.
    """
    for magic, what in _NOT_TEXT.items():
        if data.startswith(magic):
            raise UnreadableSource(f"{path} is {what}, not text.")
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    nuls = data.count(0)
    if nuls > len(data) * _FEW_NULS:
        if wide := _without_mark(data):
            return wide
        raise UnreadableSource(f"{path} is binary, not text (it holds NUL bytes).")
    if len(data.translate(None, _CONTROLS)) < len(data) * 0.95:
        raise UnreadableSource(f"{path} is binary, not text (it is full of control characters).")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=len(data) < SAMPLE)
    except UnicodeDecodeError:
        return _guess(data)
    return "utf-8"


def _without_mark(data: bytes) -> str:
    """UTF-16 that does not say so: every other byte is NUL. Empty when it is not that."""
    half = len(data) // 2
    if half < 8:
        return ""
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if data[first::2].count(0) > 0.6 * half and data[1 - first :: 2].count(0) < 0.05 * half:
            return name
    return ""


def _guess(data: bytes) -> str:
    best = from_bytes(data[: 1 << 16], cp_isolation=_LIKELY).best()
    return best.encoding if best else "cp1252"


def _as_windows(bytes_: re.Match[str]) -> str:
    """Bytes that the encoding has no character for, as Windows-1252 has them."""
    return bytes_[0].encode("ascii", "surrogateescape").decode("cp1252", "replace")


class Mending:
    """Mends the text of lines and counts what had to be mended."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.removesuffix("-sig")
        self._nuls = 0
        self._mojibake = 0
        self._other = 0

    def mended(self, line: str) -> str:
        """The line without NUL characters, broken bytes and text read in a wrong encoding."""
        if "\0" in line:
            self._nuls += 1
            line = line.replace("\0", "")
        if line.isascii():
            return line
        line = self._whole(line)
        if _MOJIBAKE.search(line):
            better = ftfy.fix_encoding(line)
            self._mojibake += better != line
            line = better
        return line

    def _whole(self, line: str) -> str:
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            self._other += 1
            return _BROKEN.sub(_as_windows, line)
        return line

    def tell(self, name: str, notice: Callable[[str], None]) -> None:
        """Say what was mended, if anything was."""
        if self._other:
            notice(
                f"{name}: {self._other:,} lines held bytes that are not {self._encoding.upper()}; "
                "those were read as Windows-1252."
            )
        if self._nuls:
            notice(f"{name}: NUL characters were left out of {self._nuls:,} lines.")
        if self._mojibake:
            notice(
                f"{name}: {self._mojibake:,} lines held text that was once read in the wrong "
                "encoding (such as Ã¼ for ü); they were mended."
            )
