"""Pseudonyms: the names of a source never reach the database."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.documents.runs import CleanText
from pipeline.errors import InputError

_KEY_BYTES = 32
_HANDLE = re.compile(r"(?<![\w@/.])@([\w][\w.-]{0,60})")
_CREDIT = re.compile(r"\b(?:wrote|writes|said)\b|, post:", re.IGNORECASE)


class Pseudonyms:
    """Names people by a keyed digest: the same person has the same pseudonym in a community.

    >>> names = Pseudonyms(b"k" * 32)
    >>> names.name("Ada") == names.name("@ada ")
    True
    >>> names.name("Ada").startswith("member-")
    True
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, author: str) -> str:
        """The pseudonym of an author: `member-` and eight hexadecimal characters."""
        plain = " ".join(author.split()).removeprefix("@").casefold()
        made = hmac.new(self._key, plain.encode("utf-8", "replace"), hashlib.sha256)
        return f"member-{made.hexdigest()[:8]}"

    def in_text(self, clean: CleanText, authors: Iterable[str]) -> CleanText:
        """The text with handles of people replaced.

        Replaced are what the source marks as a mention, `@name` of the given authors, and
        their names where a quote is credited to them ("Ada wrote:", `[quote="ada, post:1"]`).
        """
        known = {" ".join(a.split()).removeprefix("@").casefold() for a in authors if a.strip()}
        spans = sorted({*self._marked(clean), *self._handles(clean.text, known)})
        spans += self._credits(clean.text, known)
        return clean.replaced(_apart(sorted(spans)))

    def _marked(self, clean: CleanText) -> Iterator[tuple[int, int, str]]:
        for start, end in clean.mentions:
            yield start, end, f"@{self.name(clean.text[start:end])}"

    def _handles(self, text: str, known: set[str]) -> Iterator[tuple[int, int, str]]:
        for found in _HANDLE.finditer(text):
            handle = found[1] if found[1].casefold() in known else found[1].rstrip(".-")
            if handle.casefold() in known:
                yield found.start(), found.start() + 1 + len(handle), f"@{self.name(handle)}"

    def _credits(self, text: str, known: set[str]) -> Iterator[tuple[int, int, str]]:
        if not known or not _CREDIT.search(text):
            return
        names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        credited = rf"(?<!\w)({names})(?= (?:wrote|writes|said)\b.{{0,40}}:|, post:)"
        for found in re.finditer(credited, text, re.IGNORECASE):
            yield found.start(), found.end(), self.name(found[1])


class RealNames(Pseudonyms):
    """Keeps the names of people as their source has them, for communities that want them.

    >>> RealNames().name("  Ada  Lovelace ")
    'Ada Lovelace'
    """

    def __init__(self) -> None:
        super().__init__(b"")

    def name(self, author: str) -> str:
        """The author's own name, white space evened out."""
        return " ".join(author.split()).removeprefix("@")

    def in_text(self, clean: CleanText, authors: Iterable[str]) -> CleanText:  # noqa: ARG002
        """The text as it is."""
        return clean


def load_key(path: Path) -> bytes:
    """The key of a community's pseudonyms; made on first use, readable by its owner only.

    Keep it apart from the database: who has both can try names against pseudonyms.

    Raises:
        InputError: The file does not hold a key.
    """
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise InputError(
            f"{path} does not hold the key of the pseudonyms.",
            hint="Put the right file back; with a new key all members get new pseudonyms.",
        )
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # fails where another process was faster: then its key counts
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def _apart(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    at = 0
    for span in spans:
        if span[0] >= at:
            yield span
            at = span[1]
