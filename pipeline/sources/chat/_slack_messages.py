"""The messages of one Slack channel, in the order of its files, as chat messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions, content_key
from pipeline.sources.chat._marks import solved
from pipeline.sources.chat._slack_day import Told, inner, told
from pipeline.sources.chat._slack_text import Wording, file_names
from pipeline.sources.chat._slack_workspace import name_of
from pipeline.sources.chat.message import Message
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.values import moment, scalar

_NOTICE = ("channel_", "group_", "mpim_", "im_", "pinned_", "unpinned_", "bot_add", "bot_remove",
           "bot_enable", "bot_disable", "reminder_", "sh_room_", "huddle_", "joiner_",
           "app_conversation_", "document_mention", "ekm_", "reply_broadcast")  # fmt: skip
_DELETED = ("tombstone", "message_deleted", "file_deleted")
_CHANGED = "message_changed"
_FIRST, _LAST = 1e8, 5e9

NO_TEXT = "messages without text"
AGAIN = "the same message a second time"
EARLIER = "earlier versions of messages that were edited"


@dataclass(slots=True)
class ChannelReader:
    """Reads the messages of one channel.

    Args:
        name: What locators call it.
        id: Its id, where the export lists it.
        address: Address of the workspace, where it is known.
        wording: Makes the text; knows who is who.
        options: How it is read.
        lasts: Is filled with the time of the last reply of each thread that tells it.
        left: Counts what is left out.
    """

    name: str
    id: str
    address: str
    wording: Wording
    options: ReadOptions
    left: LeftOut
    lasts: dict[str, float] = field(default_factory=dict)
    _before: str = field(init=False)
    _after: str = field(init=False)

    def __post_init__(self) -> None:
        linked = bool(self.address and self.id)
        link = f"{self.address}/archives/{self.id}/p"
        self._before = link if linked else f"slack:{self.name}/"
        self._after = f"&cid={self.id}" if linked else ""

    def messages(self, files: Iterable[tuple[Path, str]]) -> Iterator[Message | Skipped]:
        """Every message of the files, which are given with their place in the export."""
        for file, where in files:
            day = told(file, where, self.options)
            for one in self._once(day) if isinstance(day, list) else day:
                if isinstance(one, Skipped):
                    yield one
                elif (message := self.message(one)) is not None:
                    yield message

    def message(self, one: Told) -> Message | None:
        """The message, or None for what is left out."""
        ts, thread, text = one.ts, one.thread_ts or "", one.text
        if one.latest_reply and ts == thread:
            self._remember(thread, one.latest_reply)
        mentions: tuple[str, ...] = ()
        if text and one.subtype is None and one.files is _NOTHING:
            if "<" in text or "&" in text or "\0" in text:
                text, mentions = self._with_mentions(self.wording.resolved(text))
        elif one.subtype and (reason := _left_out(one.subtype)):
            self.left.add(reason)
            return None
        else:
            text, mentions = self._with_mentions(self._composed(one))
        text = text.strip(_BLANK)
        if not text:
            self.left.add(NO_TEXT)
            return None
        reply = thread != "" and thread != ts  # noqa: PLR1714 - the faster way
        return Message(
            ts or content_key(text, one.user, one.username),
            text,
            self.wording.people.get(one.user or "") or self._author(one),
            _time(ts),
            self._origin(ts, thread if reply else ""),
            "text",
            thread,
            "",
            "",
            mentions,
            reply and one.reactions is not _NOTHING and _is_solution(one),
        )

    def _with_mentions(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text, and whom it was found to mention."""
        words = self.wording
        if "\0" in text:
            text = text.replace("\0", "")
        if not words.mentioned:
            return text, ()
        mentions = tuple(dict.fromkeys(words.mentioned))
        words.mentioned.clear()
        return text, mentions

    def _composed(self, one: Told) -> str:
        """The text of a message that shares files, or has its words elsewhere."""
        words = self.wording
        shared = inner(one.file)
        files = [*_listed(inner(one.files)), *([shared] if isinstance(shared, dict) else [])]
        comments = [inner(one.comment), *(file.get("initial_comment") for file in files)]
        said = (scalar(c.get("comment")) for c in comments if isinstance(c, dict))
        text = words.resolved(next(filter(None, said), "") or scalar(one.text))
        if not text.strip():
            text = words.of_blocks(inner(one.blocks)) or words.of_attachments(
                inner(one.attachments)
            )
        names = (f"(file: {name})" for name in file_names(files))
        return "\n".join(filter(None, [text, *names]))

    def _author(self, one: Told) -> str:
        """The name of an author whom the export does not list, such as a bot."""
        if one.user and (name := name_of(_object(one.user_profile))):
            return name
        profile = _object(one.bot_profile)
        bot = self.wording.people.get(one.bot_id or "", "")
        return one.username or scalar(profile.get("name")) or bot or one.user or one.bot_id or ""

    def _origin(self, ts: str, thread: str) -> str:
        """A link to a message, or a locator where the address of the workspace is not known."""
        if not self._after:
            return self._before + ts
        link = self._before + ts.replace(".", "")
        return f"{link}?thread_ts={thread}{self._after}" if thread else link

    def _remember(self, thread: str, latest: str) -> None:
        try:
            self.lasts[thread] = float(latest)
        except ValueError:
            return

    def _once(self, day: list[Told]) -> list[Told]:
        """Each message once: a broadcast stands in its channel and in its thread."""
        if len({one.ts for one in day}) == len(day):
            return day
        kept: dict[str, Told] = {}
        for one in day:
            key = one.ts
            while (other := kept.get(key)) is not None and one.ts:
                if other.text == one.text or _edited(one) != _edited(other):
                    break
                key += " "
            if other is None or not one.ts:
                kept[key or f"without {len(kept)}"] = one
            else:
                self.left.add(AGAIN if other.text == one.text else EARLIER)
                kept[key] = max(other, one, key=_weight)
        return list(kept.values())


_NOTHING = Told().files
_BLANK = " \t\r\n\0"


def _left_out(subtype: str) -> str:
    """Why messages of that kind are left out; empty when they are not."""
    if subtype in _DELETED:
        return "deleted messages"
    if subtype == _CHANGED:
        return "records of edits; the text as it is now counts"
    if subtype.startswith(_NOTICE):
        return f"notices of the system: {' '.join(subtype.split('_'))}"
    return ""


def _time(ts: str) -> datetime | None:
    try:
        seconds = float(ts)
    except ValueError:
        return moment(ts)
    return datetime.fromtimestamp(seconds, UTC) if _FIRST <= seconds < _LAST else None


def _is_solution(one: Told) -> bool:
    marks = (
        (scalar(reaction.get("name")), users if isinstance(users, list) else [])
        for reaction in _listed(inner(one.reactions))
        for users in [reaction.get("users")]
    )
    return solved(marks, asker=one.parent_user_id, author=one.user)


def _edited(one: Told) -> str:
    return scalar(_object(one.edited).get("ts"))


def _weight(one: Told) -> tuple[str, bool, int]:
    """What makes the better of two copies: edited later, in its thread, with more text."""
    return _edited(one), bool(one.thread_ts), len(one.text or "")


def _object(value: object) -> dict[str, object]:
    found = inner(value) if value is not _NOTHING else None
    return found if isinstance(found, dict) else {}


def _listed(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
