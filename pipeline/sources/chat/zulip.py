"""Zulip exports: realm.json with people and streams, and files of a thousand messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.chat._zulip_realm import Realm, Stream, realm, rows
from pipeline.sources.chat.message import Channel, Message, conversations, restored
from pipeline.sources.reading.files import Sample, files_below
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import moment, scalar, whole

RESOLVED = "✔ "
"""Stands before the topics that were marked as resolved."""

_MESSAGES = re.compile(r"messages-\d+\.json(\.gz)?")
_REALM = re.compile(r"realm\.json(\.gz)?")
_TABLE = re.compile(r'\s*\{\s*"(?:zerver|analytics)_[a-z_]+"\s*:\s*\[')
_PERSON = re.compile(r"@_?\*\*([^*|\n]+)(?:\|(\d+))?\*\*")
_GROUP = re.compile(r"@_?\*([^*\n]+)\*")
_STREAM = re.compile(r"#\*\*([^*\n]+?)(?:@\d+)?\*\*")
_QUOTE = re.compile(
    r"^@_?\*\*[^*\n]+\*\* \[[^\]\n]+\]\([^)\s]{0,500}/near/(\d+)\):?[ \t]*\n"
    r"(`{3,})quote\n.*?^\2[ \t]*$\n?",
    re.MULTILINE | re.DOTALL,
)
_EVERYBODY = frozenset({"all", "everyone", "channel", "stream", "topic"})
_LONGEST_WITH_QUOTES = 50_000
_PERSONAL = "\x07"
_NO_TOPIC = frozenset({"", "(no topic)"})

NOTICES = "notices of the system"
NO_TEXT = "messages without text"
DIRECT = "direct messages are private"
NOWHERE = "messages to a stream that the export does not list"


class Zulip:
    """Reads the topics of streams; a topic is a document, a long one several."""

    name = "zulip"
    title = "Zulip export"
    description = "an export of a Zulip organisation: its .tar.gz or the folder with realm.json"

    def recognise(self, sample: Sample) -> float:
        """Certain of a folder with an organisation and its messages."""
        if not sample.folder:
            return 0.95 if _TABLE.match(sample.text) else 0.0
        there = [name for name in sample.names if _REALM.fullmatch(name)]
        if not there or not any(_MESSAGES.fullmatch(name) for name in sample.names):
            return 0.0
        inside = sample.within(there[0])
        return 1.0 if inside is not None and '"zerver_' in inside.text else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every topic as a document, and what was left out."""
        return accounted(_export(path, options), options)


def _export(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    if not path.is_dir():
        raise UnreadableSource(
            f"{path} is one file of a Zulip export, which alone does not tell streams from "
            "direct messages.",
            hint="Import the whole folder, with realm.json beside the messages.",
        )
    files: list[Path] = []
    described: list[Path] = []
    others = LeftOut("other files", one="file", many="files")
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
        elif file.parent == path and _MESSAGES.fullmatch(file.name):
            files.append(file)
        elif file.parent == path and _REALM.fullmatch(file.name):
            described.append(file)
        else:
            others.add("hold no messages")
    if not described or not files:
        raise UnreadableSource(f"The folder {path} lacks realm.json or its messages.")
    organisation = realm(described[0], files, options.base_url)
    with Shelf() as shelf:
        yield from _Reader(organisation, shelf).read(files)
    yield from others.told()
    private = sorted(stream.name for stream in organisation.streams.values() if stream.private)
    if private:
        options.notice(f"Read with {len(private):,} private streams: {', '.join(private[:20])}.")


class _Reader:
    """Puts the messages of all streams together by topic, and makes documents of them."""

    def __init__(self, organisation: Realm, shelf: Shelf) -> None:
        self._realm = organisation
        self._shelf = shelf
        self._streams: dict[str, Stream] = {}
        self._left: dict[str, LeftOut] = {}

    def read(self, files: list[Path]) -> Iterator[Document | Skipped]:
        for file in files:
            try:
                for _, row in rows(file, "zerver_message"):
                    self._take(row)
            except UnreadableSource as error:
                yield Skipped(file.name, error.message.replace(str(file), file.name))
        for group in self._shelf.names():
            stream = self._streams[group.partition("\n")[0]]
            messages = (restored(record) for record in self._shelf.group(group))
            channel = Channel(stream.id, stream.name, f"zulip:{stream.name}")
            yield from (_with_status(one) for one in conversations(messages, channel))
        for left in self._left.values():
            yield from left.told()

    def _take(self, row: Mapping[str, object]) -> None:
        recipient, sender = scalar(row.get("recipient")), scalar(row.get("sender"))
        subject = scalar(row.get("subject"))
        stream = self._realm.streams.get(recipient)
        if recipient in self._realm.direct or subject == _PERSONAL:
            self._leave("direct messages", DIRECT)
        elif stream is None:
            self._leave("streams", NOWHERE)
        elif sender in self._realm.system:
            self._leave(f"stream {stream.name}", NOTICES)
        elif (message := self._message(row, stream, subject, sender)) is None:
            self._leave(f"stream {stream.name}", NO_TEXT)
        else:
            self._streams[stream.id] = stream
            self._shelf.add(f"{stream.id}\n{message.thread}", message)

    def _message(
        self, row: Mapping[str, object], stream: Stream, subject: str, sender: str
    ) -> Message | None:
        content = row.get("content")
        text, mentions, reply_to = self._text(whole(content) if isinstance(content, str) else "")
        if not text:
            return None
        key = scalar(row.get("id"))
        topic = "" if subject in _NO_TOPIC else subject
        return Message(
            id=key,
            text=text,
            author=self._realm.people.get(sender) or sender,
            created=moment(row.get("date_sent") or row.get("pub_date")),
            origin=self._realm.link(stream, subject, key),
            format="markdown",
            thread=topic.casefold(),
            title=topic,
            reply_to=reply_to,
            mentions=mentions,
        )

    def _text(self, content: str) -> tuple[str, tuple[str, ...], str]:
        """What was written without what it quotes, whom it names, which message it answers."""
        text = content.replace("\0", "")
        quoted = _QUOTE.search(text) if len(text) <= _LONGEST_WITH_QUOTES else None
        text = (_QUOTE.sub("", text).strip() if quoted else "") or text.strip()
        named: list[str] = []

        def person(match: re.Match[str]) -> str:
            name = self._realm.people.get(match[2] or "") or match[1].strip()
            if name not in _EVERYBODY:
                named.append(name)
            return f"@{name}"

        if "@" in text:
            text = _GROUP.sub(r"@\1", _PERSON.sub(person, text))
        if "#**" in text:
            text = _STREAM.sub(r"#\1", text)
        return text, tuple(dict.fromkeys(named)), quoted[1] if quoted else ""

    def _leave(self, place: str, reason: str) -> None:
        self._left.setdefault(place, LeftOut(place)).add(reason)


def _with_status(one: Document | Skipped) -> Document | Skipped:
    """A topic that was marked as resolved worked; the mark is no part of its title."""
    if isinstance(one, Document) and one.title.startswith(RESOLVED.strip()):
        title = one.title.removeprefix(RESOLVED.strip()).strip()
        return replace(one, title=title, status="worked")
    return one


CONNECTOR = Zulip()
