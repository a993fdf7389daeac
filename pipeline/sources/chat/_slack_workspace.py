"""What a Slack export says beside its messages: who is who, the channels, the address."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.chat._slack_text import unescaped
from pipeline.sources.reading.files import opened
from pipeline.sources.reading.json_records import Record, json_records
from pipeline.sources.reading.values import scalar

Kind = Literal["public", "private", "direct"]

PEOPLE = ("users.json", "org_users.json")
LISTS: dict[str, Kind] = {
    "channels.json": "public",
    "groups.json": "private",
    "dms.json": "direct",
    "mpims.json": "direct",
}
TEAM = ("team.json", "team_info.json")

_DIRECT = re.compile(r"D[A-Z0-9]{8,}|mpdm-.+-\d+")
"""Folders of direct messages, should the lists be missing."""

_PERMALINK = re.compile(
    rb'"permalink":\s*"https:\\?/\\?/([a-z0-9-]+(?:\.enterprise)?)\.slack\.com'
    rb"\\?/(?:files|docs|archives)\\?/"
)
_ENOUGH_FILES = 60
_BEGINNING = 1 << 18


@dataclass(frozen=True, slots=True)
class Listed:
    """A channel as the export lists it."""

    id: str
    name: str
    kind: Kind


@dataclass(slots=True)
class Workspace:
    """Names by id, channels by the folder they are in, and the address if it is known."""

    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, Listed] = field(default_factory=dict)
    address: str = ""
    problems: list[Skipped] = field(default_factory=list)

    def channel(self, folder: str) -> Listed:
        """The channel that a folder holds; one that is not listed goes by its folder's name."""
        kind: Kind = "direct" if _DIRECT.fullmatch(folder) else "public"
        return self.channels.get(folder) or Listed("", folder, kind)

    @property
    def names(self) -> dict[str, str]:
        """Names of channels by their id."""
        return {one.id: one.name for one in self.channels.values() if one.id}


def workspace(folder: Path, days: Sequence[Path], options: ReadOptions) -> Workspace:
    """What the lists of an export folder say; `days` are its files with messages."""
    made = Workspace(address=options.base_url.rstrip("/"))
    there = {
        file.name.removesuffix(".gz"): file
        for file in folder.iterdir()
        if file.is_file() and not file.is_symlink()
    }
    for name in PEOPLE:
        for user in _objects(there.get(name), made, options):
            made.people.update(people_of(user))
    for name, kind in LISTS.items():
        for channel in _objects(there.get(name), made, options):
            listed = Listed(scalar(channel.get("id")), scalar(channel.get("name")), kind)
            for key in filter(None, (listed.name, listed.id)):
                made.channels.setdefault(key, listed)
    for name in TEAM:
        for team in _objects(there.get(name), made, options):
            made.address = made.address or _address(team)
    made.address = made.address or address_in(days)
    return made


def people_of(user: Mapping[str, object]) -> dict[str, str]:
    """The name of a listed user under its id, and under the id of the bot that it is."""
    name, profile = name_of(user), user.get("profile")
    bot = scalar(profile.get("bot_id")) if isinstance(profile, dict) else ""
    return {key: name for key in (scalar(user.get("id")), bot) if key and name}


def name_of(user: Mapping[str, object]) -> str:
    """The name that people see: the display name, else the real name, else the handle."""
    profile = user.get("profile")
    inner = profile if isinstance(profile, dict) else user
    for holder, key in (
        (inner, "display_name"),
        (inner, "real_name"),
        (user, "real_name"),
        (user, "name"),
    ):
        if name := scalar(holder.get(key)):
            return unescaped(name)
    return ""


def _objects(
    path: Path | None, made: Workspace, options: ReadOptions
) -> Iterator[dict[str, object]]:
    """The objects of a list, also where they stand under `members` or `team`."""
    if path is None:
        return
    try:
        for record in json_records(path, options):
            if isinstance(record, Skipped):
                made.problems.append(record)
            else:
                yield from _inside(record)
    except UnreadableSource as error:
        made.problems.append(Skipped(path.name, error.message.replace(str(path), path.name)))


def _inside(record: Record) -> Iterable[dict[str, object]]:
    for name in ("members", "channels", "team"):
        inner = record.value.get(name)
        if isinstance(inner, dict):
            return [inner]
        if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
            return [one for one in inner if isinstance(one, dict)]
    return [record.value]


def _address(team: Mapping[str, object]) -> str:
    domain = scalar(team.get("domain"))
    if re.fullmatch(r"[A-Za-z0-9-]+(\.enterprise)?", domain):
        return f"https://{domain}.slack.com"
    url = scalar(team.get("url")).rstrip("/")
    return url if re.fullmatch(r"https://[A-Za-z0-9.-]+\.slack\.com", url) else ""


def address_in(days: Sequence[Path]) -> str:
    """The address that most links to files of the workspace have, from a look at some days."""
    found: Counter[bytes] = Counter()
    step = max(1, len(days) // _ENOUGH_FILES)
    for file in days[::step]:
        try:
            with opened(file) as raw:
                found.update(_PERMALINK.findall(raw.read(_BEGINNING)))
        except (UnreadableSource, OSError, EOFError, zlib.error):
            continue  # the file is told of when its turn to be read comes
    return f"https://{found.most_common(1)[0][0].decode()}.slack.com" if found else ""
