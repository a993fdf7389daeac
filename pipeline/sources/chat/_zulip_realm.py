"""What a Zulip export says beside its messages: people, streams, where a message went."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.errors import UnreadableSource
from pipeline.sources.reading.files import opened, read_bytes
from pipeline.sources.reading.json_records import json_items, parsed_json
from pipeline.sources.reading.values import scalar

AT_ONCE = 64 << 20
"""Bytes of the largest file that is read at once."""

_PEOPLE = ("zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm")
_STREAM = "2"
_SYSTEM = re.compile(r"notification-bot@", re.IGNORECASE)
_SAID = re.compile(rb"\[said\]\((https?:\\?/\\?/[^/\\\s)]{1,100})\\?/#narrow")
_ENOUGH_FILES = 20


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream (a channel) of the organisation."""

    id: str
    name: str
    private: bool = False


@dataclass(slots=True)
class Realm:
    """An organisation. Ids are as text.

    `streams` are by the recipient that messages name; `direct` holds the recipients that are
    people; `system` the senders that are the system itself.
    """

    people: dict[str, str] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    system: set[str] = field(default_factory=set)
    address: str = ""

    def link(self, stream: Stream, topic: str, message: str) -> str:
        """Link to a message, or a locator where the address is not known."""
        if not self.address:
            return f"zulip:{stream.name}/{message}"
        place = f"{stream.id}-{encoded(stream.name.replace(' ', '-'))}"
        near = f"/topic/{encoded(topic)}/near/{message}"
        return f"{self.address}/#narrow/stream/{place}{near}"


def encoded(part: str) -> str:
    """A name as it stands in a link.

    >>> encoded("v2.0 plans")
    'v2.2E0.20plans'
    """
    safe = quote(part.encode("utf-8", "replace"), safe="")
    return safe.replace(".", "%2E").replace("%", ".")


def realm(path: Path, files: Sequence[Path], base_url: str) -> Realm:
    """The organisation that `realm.json` describes; `files` are those with its messages.

    Raises:
        UnreadableSource: It cannot be read.
    """
    made = Realm(address=base_url.rstrip("/") or _address_in(files))
    streams: dict[str, Stream] = {}
    for table, row in rows(path, *_PEOPLE, "zerver_stream", "zerver_recipient"):
        key = scalar(row.get("id"))
        if table == "zerver_stream":
            streams[key] = Stream(key, scalar(row.get("name")), row.get("invite_only") is True)
        elif table != "zerver_recipient":
            _person(key, row, made)
        elif scalar(row.get("type")) != _STREAM:
            made.direct.add(key)
        elif (stream := streams.get(scalar(row.get("type_id")))) is not None:
            made.streams[key] = stream
    return made


def _person(key: str, row: dict[str, Any], made: Realm) -> None:
    emails = [scalar(row.get(name)) for name in ("email", "delivery_email")]
    made.people[key] = scalar(row.get("full_name")) or emails[0].partition("@")[0]
    if any(_SYSTEM.match(email) for email in emails):
        made.system.add(key)


def rows(path: Path, *tables: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of some tables in a file of the export, each with the name of its table.

    Raises:
        UnreadableSource: The file cannot be read.
    """
    small = _whole(path) if path.stat().st_size <= AT_ONCE else None
    for table in tables:
        held = [] if small is None else small.get(table)
        found = json_items(path, f"{table}.item") if small is None else held
        for row in found if isinstance(found, Iterator | list) else ():
            if isinstance(row, dict):
                yield table, row


def _whole(path: Path) -> dict[str, Any]:
    try:
        value = parsed_json(read_bytes(path))
    except ValueError as error:
        raise UnreadableSource(f"{path} is not JSON: {error}.") from None
    return value if isinstance(value, dict) else {}


def _address_in(files: Sequence[Path]) -> str:
    """The address in most links of quotes; they lead to messages of the same organisation."""
    found: Counter[bytes] = Counter()
    for file in files[:: max(1, len(files) // _ENOUGH_FILES)]:
        try:
            with opened(file) as raw:
                found.update(_SAID.findall(raw.read(AT_ONCE)))
        except (UnreadableSource, OSError, EOFError, zlib.error):
            continue  # the file is told of when its turn to be read comes
    best = found.most_common(1)
    return best[0][0].decode("utf-8", "replace").replace("\\", "") if best else ""
