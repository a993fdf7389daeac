"""Pseudonyms: the names of a source never reach the database."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.runs import CleanText
from pipeline.errors import InputError

_KEY_BYTES = 32
_MENTION = re.compile(r"(?<![\w@/.])@(?=\S)")
_HANDLE = re.compile(r"\w[\w.-]{0,60}")
_CREDIT = re.compile(r" (?:wrote|writes|said)\b[^\n]{0,40}:|, post:", re.IGNORECASE)
_LONGEST_NAME = 100
_REMEMBERED = 50_000  # pseudonyms of authors that are not made again


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
        self._made: dict[str, str] = {}

    def name(self, author: str) -> str:
        """The pseudonym of an author: `member-` and eight hexadecimal characters."""
        found = self._made.get(author)
        if found is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            made = hmac.new(self._key, _plain(author).encode("utf-8", "replace"), hashlib.sha256)
            found = self._made[author] = f"member-{made.hexdigest()[:8]}"
        return found

    def in_text(self, clean: CleanText, authors: Iterable[str]) -> CleanText:
        """The text with handles of people replaced.

        Replaced are what the source marks as a mention, `@name` of the given people, and
        their names where a quote is credited to them ("Ada wrote:", `[quote="ada, post:1"]`).
        """
        known = authors if isinstance(authors, KnownNames) else KnownNames.of(authors)
        if not known.names and not clean.mentions:
            return clean
        spans = [*self._marked(clean), *self._credits(clean.text, known.names)]
        if "@" in clean.text:
            spans += self._handles(clean.text, known)
        return clean.replaced(_apart(sorted(set(spans)))) if spans else clean

    def _marked(self, clean: CleanText) -> Iterator[tuple[int, int, str]]:
        for start, end in clean.mentions:
            yield start, end, f"@{self.name(clean.text[start:end])}"

    def _handles(self, text: str, known: KnownNames) -> Iterator[tuple[int, int, str]]:
        for sign in _MENTION.finditer(text):
            start = sign.start()
            ahead = text[start + 1 : start + 1 + _LONGEST_NAME]
            for name in known.unusual:
                if ahead[: len(name)].casefold() == name and not ahead[len(name) :][:1].isalnum():
                    yield start, start + 1 + len(name), f"@{self.name(ahead[: len(name)])}"
                    break
            else:
                yield from self._handle(text, start, known)

    def _handle(self, text: str, start: int, known: KnownNames) -> Iterator[tuple[int, int, str]]:
        found = _HANDLE.match(text, start + 1)
        if not found:
            return
        handle = found[0] if found[0].casefold() in known.names else found[0].rstrip(".-")
        if handle.casefold() in known.names:
            yield start, start + 1 + len(handle), f"@{self.name(handle)}"

    def _credits(self, text: str, known: frozenset[str]) -> Iterator[tuple[int, int, str]]:
        for credit in _CREDIT.finditer(text):
            end = credit.start()
            before = text[max(0, end - _LONGEST_NAME) : end].casefold()
            for name in known:
                start = end - len(name)
                alone = start <= 0 or not (text[start - 1].isalnum() or text[start - 1] == "_")
                if name and before.endswith(name) and alone and start >= 0:
                    yield start, end, self.name(text[start:end])


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of people in a document, as they are compared."""

    names: frozenset[str]
    unusual: tuple[str, ...] = ()
    """Those with spaces or signs in them, the longest first."""

    @classmethod
    def of(cls, authors: Iterable[str]) -> KnownNames:
        """The names without case, signs of mention and needless space."""
        names = frozenset(_plain(author) for author in authors if author.strip())
        unusual = [name for name in names if not _HANDLE.fullmatch(name)]
        return cls(names, tuple(sorted(unusual, key=len, reverse=True)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)


def _plain(author: str) -> str:
    return " ".join(author.split()).removeprefix("@").casefold()


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
