"""Mattermost bulk exports: one JSON object a line, with the replies inside of their post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted, content_key
from pipeline.sources.chat._marks import solved
from pipeline.sources.chat._slack_text import Wording
from pipeline.sources.chat.message import Channel, Message, conversations, restored
from pipeline.sources.reading.files import Sample, files_below, suffix
from pipeline.sources.reading.json_records import Record, json_records, parsed_json
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import moment, scalar, whole

_KINDS = frozenset(
    {"team", "channel", "user", "bot", "post", "direct_channel", "direct_post", "emoji", "role",
     "scheme"}
)  # fmt: skip
_KNOWN = _KINDS | {"version"}
_MENTION = re.compile(r"(?<![\w.@-])@([a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?)")
_NOTICE = re.compile(
    r"\S+ (?:has )?(?:joined|left) the (?:channel|team)\.|\S+ (?:was )?(?:added to|removed from) "
    r"the (?:channel|team)\b.*|\S+ (?:updated|removed|changed) the channel (?:header|purpose|"
    r"display name)\b.*",
    re.DOTALL,
)
_NOTICE_PROPS = frozenset(
    {"addedUserId", "addedUsername", "removedUserId", "removedUsername", "new_header",
     "old_header", "new_purpose", "old_purpose", "new_displayname", "old_displayname"}
)  # fmt: skip
_BESIDE = re.compile(r"(readme|licen[cs]e)(\.[a-z]+)?", re.IGNORECASE)
_LINES = 20

NOTICES = "joins and other notices of the system"
NO_TEXT = "messages without text"


class Mattermost:
    """Reads the posts of channels; a post with its replies is one document."""

    name = "mattermost"
    title = "Mattermost export"
    description = "a Mattermost bulk export: its .jsonl file, or the folder it came in"

    def recognise(self, sample: Sample) -> float:
        """Certain of lines that hold what their `type` names."""
        if not sample.folder:
            return 0.97 if _is_export(sample) else 0.0
        lines = [name for name in sample.names if suffix(name) == ".jsonl"]
        beside = [name for name in sample.names if not _BESIDE.fullmatch(name)]
        shared = all(name in lines or name.startswith("data/") for name in beside)
        if len(lines) != 1 or "/" in lines[0] or not shared:
            return 0.0
        inside = sample.within(lines[0])
        return 0.97 if inside is not None and _is_export(inside) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every conversation as a document, and what was left out."""
        return accounted(_export(path, options), options)


def _is_export(sample: Sample) -> bool:
    kinds = set()
    for line in sample.lines[:_LINES]:
        try:
            value = parsed_json(line)
        except ValueError:
            continue  # the last line may be cut
        if isinstance(value, dict) and isinstance(kind := value.get("type"), str):
            if kind in _KINDS and isinstance(value.get(kind), dict):
                kinds.add(kind)
            elif kind != "version":
                return False
    return bool(kinds & {"team", "channel", "post", "direct_post", "user", "direct_channel"})


@dataclass(slots=True)
class _Server:
    """What an export says of its people and channels, and what is left out of it."""

    shelf: Shelf
    people: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    private: list[str] = field(default_factory=list)
    left: dict[str, LeftOut] = field(default_factory=dict)
    words: Wording = field(default_factory=lambda: Wording({}))

    def leave(self, place: str, reason: str, number: int = 1) -> None:
        """Count something that is left out of a place."""
        self.left.setdefault(place, LeftOut(place)).add(reason, number)

    def channel(self, key: str) -> Channel:
        """The channel of a team."""
        name = self.names.get(key) or key.rpartition("/")[2]
        return Channel(key=key, name=name, origin=f"mattermost:{key}")


def _export(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    files: list[Path] = []
    others = LeftOut("other files", one="file", many="files")
    for file in files_below(path) if path.is_dir() else iter([path]):
        if isinstance(file, Skipped):
            yield file
        elif path.is_dir() and suffix(file.name) != ".jsonl":
            others.add("files that were shared are not read")
        else:
            files.append(file)
    if not files:
        raise UnreadableSource(f"The folder {path} holds no .jsonl file of a Mattermost export.")
    for file in files:
        with Shelf() as shelf:
            yield from _file(file, _Server(shelf), options)
    yield from others.told()


def _file(path: Path, server: _Server, options: ReadOptions) -> Iterator[Document | Skipped]:
    for record in json_records(path, options):
        if isinstance(record, Skipped):
            yield record
        else:
            yield from _line(record, server)
    yield from _unanswered(server)
    for left in server.left.values():
        yield from left.told()
    if server.private:
        some = ", ".join(server.private[:20])
        options.notice(f"Read with {len(server.private):,} private channels: {some}.")


def _line(record: Record, server: _Server) -> Iterator[Document | Skipped]:
    kind = scalar(record.value.get("type"))
    inside = record.value.get(kind)
    if kind not in _KNOWN:
        yield Skipped(record.where, "a line of no kind that is known here")
    elif kind != "version" and not isinstance(inside, dict):
        yield Skipped(record.where, f"a line of kind {kind} without what it should hold")
    elif kind == "post" and isinstance(inside, dict):
        yield from _post(inside, server)
    elif isinstance(inside, dict):
        _note(kind, inside, server)


def _note(kind: str, inside: Mapping[str, object], server: _Server) -> None:
    if kind in ("user", "bot"):
        server.people.add(scalar(inside.get("username")))
    elif kind == "channel":
        key = f"{scalar(inside.get('team'))}/{scalar(inside.get('name'))}"
        server.names[key] = scalar(inside.get("display_name"))
        if inside.get("type") == "P":
            server.private.append(server.names[key] or key)
    elif kind == "direct_post":
        number = 1 + len(_objects(inside.get("replies")))
        server.leave("direct messages", "direct messages are private", number)


def _post(post: Mapping[str, object], server: _Server) -> Iterator[Document | Skipped]:
    """A post with replies as documents; one without waits until its channel is complete."""
    key = f"{scalar(post.get('team'))}/{scalar(post.get('channel'))}"
    root = _message(post, key, server)
    asker = scalar(post.get("user"))
    thread = _id(post)
    if broken := _length(post.get("replies")) - len(_objects(post.get("replies"))):
        server.leave(f"channel {server.channel(key).name}", "replies that cannot be read", broken)
    replies = [
        message
        for reply in _objects(post.get("replies"))
        if (message := _message(reply, key, server, thread=thread, asker=asker))
    ]
    if replies:
        messages = [root, *replies] if root else replies
        yield from conversations(messages, server.channel(key))
    elif root:
        server.shelf.add(f"{key}\n{_month(root)}", root)


def _unanswered(server: _Server) -> Iterator[Document | Skipped]:
    """Posts without replies, channel by channel in the order of time; exports have no order."""
    months: dict[str, list[str]] = {}
    for group in server.shelf.names():
        key, _, month = group.partition("\n")
        months.setdefault(key, []).append(month)
    for key, held in months.items():
        yield from conversations(_in_time(server.shelf, key, held), server.channel(key))


def _in_time(shelf: Shelf, key: str, months: list[str]) -> Iterator[Message]:
    for month in sorted(months):
        messages = [restored(record) for record in shelf.group(f"{key}\n{month}")]
        yield from sorted(messages, key=lambda m: m.created.timestamp() if m.created else 0.0)


def _month(message: Message) -> str:
    return message.created.strftime("%Y-%m") if message.created else ""


def _id(post: Mapping[str, object]) -> str:
    """An export has no ids; it tells posts apart by when and by whom they were written."""
    written = scalar(post.get("create_at"))
    return f"{written}-{scalar(post.get('user'))}" if written else content_key(post.get("message"))


def _message(
    post: Mapping[str, object], key: str, server: _Server, *, thread: str = "", asker: str = ""
) -> Message | None:
    """The message of a post or reply, or None for what is left out."""
    props = _props(post.get("props"))
    text = _text(post, props, server)
    place = f"channel {server.channel(key).name}"
    if _is_notice(post, props, text):
        server.leave(place, NOTICES)
        return None
    if not text:
        server.leave(place, NO_TEXT)
        return None
    identity = _id(post)
    return Message(
        id=identity,
        text=text,
        author=scalar(props.get("override_username")) or scalar(post.get("user")),
        created=moment(post.get("create_at")),
        origin=f"mattermost:{key}/{identity}",
        format="markdown",
        thread=thread or (identity if post.get("replies") else ""),
        mentions=tuple(
            dict.fromkeys(name for name in _MENTION.findall(text) if name in server.people)
        ),
        solution=bool(thread) and _is_solution(post, asker),
    )


def _text(post: Mapping[str, object], props: Mapping[str, object], server: _Server) -> str:
    said = post.get("message")
    text = whole(said).replace("\0", "").strip() if isinstance(said, str) else ""
    if not text and props.get("attachments"):
        text = server.words.of_attachments(props.get("attachments"))
        server.words.mentioned.clear()
    return text


def _is_notice(post: Mapping[str, object], props: Mapping[str, object], text: str) -> bool:
    """Whether the system wrote it; older exports tell that only by its words and properties."""
    if scalar(post.get("type")).startswith("system_"):
        return True
    return bool(_NOTICE_PROPS & props.keys()) or bool(
        "username" in props and "from_webhook" not in props and _NOTICE.fullmatch(text)
    )


def _is_solution(post: Mapping[str, object], asker: str) -> bool:
    marks = (
        (scalar(reaction.get("emoji_name")), [scalar(reaction.get("user"))])
        for reaction in _objects(post.get("reactions"))
    )
    return solved(marks, asker=asker, author=scalar(post.get("user")))


def _props(value: object) -> dict[str, object]:
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = parsed_json(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


CONNECTOR = Mattermost()
