"""One message of a mailing list: who wrote what, when, and in answer to which message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from pipeline.basics import utc
from pipeline.records import TextFormat
from pipeline.sources.base import content_key
from pipeline.sources.forums._mail_archive import RawMessage
from pipeline.sources.forums._mail_text import own_html, own_words
from pipeline.sources.reading.values import moment, whole

BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What the standard library raises on mail that breaks the rules (besides its own errors)."""

_HEADER = re.compile(r"([!-9;-~]{1,80}?)[ \t]*:(.*)", re.DOTALL)
_ID = re.compile(r"<\s*([^<>\s]{1,400})\s*>")
_BARE_ID = re.compile(r"[^\s<>\"'();,]{1,200}@[^\s<>\"'();,]{1,200}")
_ADDRESS = r"[^\s<>\"'();,]+(?:@| at )[^\s<>\"'();,]+"
_IN_ANGLES = re.compile(r"(.*?)<[^<>]*>?", re.DOTALL)
_IN_BRACKETS = re.compile(r"[^()]*\(((?:[^()]|\([^()]*\))+)\)\s*")
_LONGEST_HEADER = 20_000
_LONGEST_SENDER = 500
_MOST_REFERENCES = 50
_DEEPEST = 30
_MOST_BOUNDARIES = 300
_READ_AS = {"": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-1": "cp1252"}
_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it can be told from its source.

    `created` is None where the date is missing or cannot be true. `answers` are the ids of the
    messages it refers to, the nearest last; `attachments` the names of what was left out.
    """

    id: str
    where: str
    subject: str = ""
    author: str = ""
    created: datetime | None = None
    answers: tuple[str, ...] = ()
    text: str = ""
    format: TextFormat = "text"
    origin: str = ""
    list_name: str = ""
    attachments: tuple[str, ...] = ()


def mail_of(raw: RawMessage) -> Mail:
    """The message that some bytes are; whatever is broken in it is left out."""
    headers = _headers(raw.data)
    text, kind, attachments = _body(raw.data)
    subject = _unquoted(headers.get("subject", ""))
    author = author_name(headers.get("from", ""))
    own = _ids(headers.get("message-id", ""))[:1]
    number = own[0] if own else content_key(author, headers.get("date", ""), subject, text[:500])
    return Mail(
        id=number,
        where=raw.where,
        subject=subject,
        author=author,
        created=_date(headers.get("date", "")),
        answers=_answers(headers, number),
        text=text,
        format=kind,
        origin=_origin(headers, own, raw.where),
        list_name=_list_name(headers),
        attachments=attachments,
    )


def author_name(sender: str) -> str:
    """The name in a From header; of an address alone the part before the sign.

    >>> author_name('"Ann B." <ann@example.org>'), author_name("ann at example.org (Ann B.)")
    ('Ann B.', 'Ann B.')
    >>> author_name("ann@example.org")
    'ann'
    """
    sender = " ".join(sender[:_LONGEST_SENDER].split())
    angled, bracketed = _IN_ANGLES.match(sender), _IN_BRACKETS.fullmatch(sender)
    if angled and (name := _unquoted(re.sub(_ADDRESS, "", angled[1]))):
        return name
    if bracketed and re.match(_ADDRESS, sender):
        return _unquoted(bracketed[1])
    if not angled and (name := _unquoted(re.sub(_ADDRESS, "", sender))):
        return name
    return re.split(r"@| at ", sender.strip("<> \"'"))[0].strip("<> \"'")


def _unquoted(text: str) -> str:
    text = " ".join(text.split())
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text.replace('\\"', '"').strip()


def _headers(data: bytes) -> dict[str, str]:
    """The first value of each header, decoded, by its name in small letters."""
    found: dict[str, str] = {}
    name = ""
    for line in data[: 1 << 18].lstrip(b"\xef\xbb\xbf\r\n").splitlines():
        if not line.strip():
            break
        text = _text(line)
        new = None if line[:1] in (b" ", b"\t") else _HEADER.match(text)
        if new:
            name = new[1].casefold()
            name = "" if name in found else name
            found[name] = new[2].strip()
        elif name and len(found[name]) < _LONGEST_HEADER:
            found[name] += " " + text.strip()
    return {name: _decoded(value[:_LONGEST_HEADER]) for name, value in found.items()}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\0", "")


def _decoded(value: str) -> str:
    """A header with its encoded words, such as `=?utf-8?q?J=C3=B8rgen?=`, made readable."""
    if "=?" not in value:
        return whole(value)
    try:
        pieces = decode_header(value)
    except (HeaderParseError, *BROKEN):
        return whole(value)
    return whole("".join(_piece(text, charset) for text, charset in pieces)).replace("\0", "")


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode(charset or "ascii")
    except BROKEN:
        return _text(text)


def _ids(value: str) -> list[str]:
    return _ID.findall(value) or _BARE_ID.findall(value)


def _answers(headers: dict[str, str], own: str) -> tuple[str, ...]:
    named = _ids(headers.get("references", ""))
    direct = _ids(headers.get("in-reply-to", ""))[:1]
    every = dict.fromkeys([*named[:1], *named[-_MOST_REFERENCES:], *direct])
    return tuple(number for number in every if number != own)


def _date(value: str) -> datetime | None:
    """When it was written; None where the clock of the writer cannot have been right."""
    value = re.sub(r"\([^()]*\)", "", value).strip()[:100]
    try:
        found = utc(parsedate_to_datetime(value))
    except BROKEN:
        found = _date_in_words(value)
    latest = datetime.now(UTC) + timedelta(days=2)
    return found if found and _EARLIEST < found < latest else None


def _date_in_words(value: str) -> datetime | None:
    try:
        return moment(value)
    except BROKEN:
        return None


def _origin(headers: dict[str, str], own: list[str], where: str) -> str:
    link = re.search(r"https?://[^\s<>]+", headers.get("archived-at", ""))
    return link[0] if link else f"mid:{own[0]}" if own else f"mail:{where}"


def _list_name(headers: dict[str, str]) -> str:
    """The name of the list: what stands before its id, else the first part of the id."""
    value = headers.get("list-id", "")
    name = _unquoted(value.partition("<")[0])
    return (name or value.strip("<> ").partition(".")[0])[:80]


def _body(data: bytes) -> tuple[str, TextFormat, tuple[str, ...]]:
    """The text of a message without quotes, how it is marked up, and the names of attachments."""
    left_out: list[str] = []
    try:
        if data.count(b"oundary=") > _MOST_BOUNDARIES:
            raise ValueError("nested too deeply")
        texts = _texts(message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n")), left_out, 0)
    except (MessageError, *BROKEN):
        texts = [("text", _text(re.split(rb"\r?\n\r?\n", data, maxsplit=1)[-1]))]
    texts = [(kind, text) for kind, text in texts if text.strip()]
    if texts and all(kind == "html" for kind, _ in texts):
        return own_html("\n".join(text for _, text in texts)), "html", tuple(left_out)
    plain = "\n\n".join(text for kind, text in texts if kind == "text")
    return own_words(plain, left_out), "text", tuple(left_out)


def _texts(part: Message, left_out: list[str], depth: int) -> list[tuple[TextFormat, str]]:
    kind = part.get_content_type()
    held = part.get_payload()
    if isinstance(held, list):
        inside = [sub for sub in held if isinstance(sub, Message)]
        return _of_many(kind, inside, left_out, depth + 1) if depth < _DEEPEST else []
    name = _file_name(part)
    if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
        if kind not in ("application/pgp-signature", "application/pkcs7-signature"):
            left_out.append(name or kind)
        return []
    if kind in ("text/calendar", "text/x-vcard", "text/vcard", "text/css", "text/rtf"):
        left_out.append(kind)
        return []
    return [("html" if kind == "text/html" else "text", _payload(part))]


def _of_many(
    kind: str, parts: list[Message], left_out: list[str], depth: int
) -> list[tuple[TextFormat, str]]:
    if kind == "multipart/alternative":
        versions = [_texts(part, left_out, depth) for part in parts]
        plain = next((v for v in versions if any(k == "text" and t.strip() for k, t in v)), None)
        return plain or next((v for v in versions if any(t.strip() for _, t in v)), [])
    found: list[tuple[TextFormat, str]] = []
    nested = [part for part in parts if part.get_content_type() == "message/rfc822"]
    for part in parts:
        if part not in nested:
            found += _texts(part, left_out, depth)
    if kind == "multipart/digest" or not any(text.strip() for _, text in found):
        return [*found, *(text for part in nested for text in _texts(part, left_out, depth))]
    left_out += ["a message"] * len(nested)
    return found


def _file_name(part: Message) -> str:
    try:
        return whole(_decoded(part.get_filename() or "")).replace("\0", "")[:100]
    except BROKEN:
        return ""


def _payload(part: Message) -> str:
    try:
        data = part.get_payload(decode=True)
    except BROKEN:
        data = None
    if not isinstance(data, bytes):
        return whole(str(part.get_payload()))
    try:
        charset = part.get_content_charset() or ""
        text = data.decode(_READ_AS.get(charset, charset))
    except BROKEN:
        text = _text(data)
    return whole(text).replace("\0", "")
