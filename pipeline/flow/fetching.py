"""Places on the web that can be imported by their address: a Discourse forum."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.access import community_folder
from pipeline.basics import digest
from pipeline.errors import InputError
from pipeline.flow.workspace import Progress, silent
from pipeline.records import Skipped
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: the folder to import, the source's name, and what links begin with.

    `skipped` are the topics that the forum did not give.
    """

    path: Path
    source: str
    base_url: str
    skipped: tuple[Skipped, ...] = ()


def is_address(path: str) -> bool:
    """Whether a path is an address on the web.

    >>> is_address("https://forum.example.org/c/help/3"), is_address("exports/topics.json")
    (True, False)
    """
    return path.startswith(("http://", "https://"))


def fetched(
    settings: Settings, community: str, address: str, *, progress: Progress = silent
) -> Fetched:
    """Fetch a forum into the data folder; again later, only what is new or changed there.

    Raises:
        InputError: The address cannot be used, or the forum refused.
        ServiceError: The forum does not answer.
    """
    from pipeline.sources.forums.discourse_api import fetch_discourse

    place = urlsplit(address)
    if not place.hostname:
        raise InputError(f"{address} is not an address.", hint="Write https://forum.example.org")
    community_folder(settings.home, community)  # refuses a name that leads elsewhere
    folder = settings.home / "cache" / "fetched" / f"{place.hostname}-{digest(address)[:8]}"
    key = settings.discourse_key.get_secret_value()
    got = fetch_discourse(address, folder, key=key, user=settings.discourse_user, progress=progress)
    base = f"{place.scheme}://{place.netloc}"
    return Fetched(got.folder, place.hostname, base, got.skipped)
