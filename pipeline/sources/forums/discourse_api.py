"""Downloads a Discourse forum, or a part of it, into a folder that the connector reads.

Each topic is a file of its own, written whole or not at all. A topic that has not changed is
not fetched again, so a run that was stopped goes on where it was, and the next run fetches only
what is new.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

from pipeline.errors import InputError, ServiceError, UnreadableSource
from pipeline.records import Skipped
from pipeline.sources.forums.discourse_topic import FORUM
from pipeline.sources.reading.json_records import parsed_json
from pipeline.sources.reading.values import scalar
from pipeline.sources.reading.web_json import LARGEST, Params, Refused, WebJson, web_address

Progress = Callable[[str, int, int | None], None]

POSTS_AT_ONCE = 20
MOST_PAGES = 100_000
"""Pages of a list after which it is taken for endless."""

_PAGE = re.compile(
    r"(?P<base>.*?)/(?:"
    r"t/(?:[^/]+/)?(?P<topic>\d{1,15})(?:/\d+)?"
    r"|(?P<category>c/(?:[^/]+/)+\d{1,15})(?:/.*)?"
    r"|(?P<tag>tag/(?:[^/]+/)?[^/]+)(?:/l/.*)?"
    r"|(?:latest|top|new|categories)(?:/.*)?"
    r")?(?:\.json)?/?"
)
_OTHER_PAGE = re.compile(r"/(?:[ctugp]|tags?|admin|badges|groups|search|users)(?:/|$)")
_FAILURES = 3
"""Topics that the forum fails on, one after the other, until the run gives up."""

_KEPT_OF_LIST = ("bumped_at", "last_posted_at", "has_accepted_answer")
_SIGNS_OF_CHANGE = ("bumped_at", "last_posted_at")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a download gave: the folder to import, how many topics, and what it lacks."""

    folder: Path
    fetched: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()


def fetch_discourse(
    url: str,
    folder: Path,
    *,
    key: str = "",
    user: str = "",
    progress: Progress | None = None,
    client: httpx.Client | None = None,
) -> Fetched:
    """Download a forum, a category, a tag or one topic; only what is new or changed is fetched.

    Args:
        url: Address of the forum, or of a category, tag or topic in it.
        folder: Where the topics go, a file each; made when it is not there.
        key: Key of the forum's interface, for what is not open to everybody.
        user: On whose behalf the key acts.
        progress: Told what is being done, how many topics are done, and how many there are if
            that is known.
        client: What requests are made with; one of its own by default.

    Raises:
        InputError: The address is none, or a key would travel unprotected.
        UnreadableSource: What answers is no Discourse forum, is not open to everybody, or sends
            on to another host.
        ServiceError: The forum cannot be reached, fails, or asks to wait for too long.
    """
    page = _page(url)
    headers = {"Api-Key": key, "Api-Username": user} if key else {}
    site = WebJson(
        page.base, headers={name: value for name, value in headers.items() if value}, client=client
    )
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(site, folder, page.base, progress or _silent)
    try:
        if page.topic:
            run.topic({"id": int(page.topic)})
        else:
            run.categories = _categories(site)
            for head in _listed(site, page):
                run.topic(head)
    finally:
        site.close()
    return Fetched(folder, run.fetched, run.unchanged, tuple(run.skipped))


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    """Show nothing."""


# --- what to fetch -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """The forum's address, and which topic or list of it was meant."""

    base: str
    path: str
    topic: str = ""


def _page(written: str) -> _Page:
    """What an address stands for.

    >>> _page("https://forum.org/c/pumps/7").path
    '/c/pumps/7.json'
    >>> _page("https://forum.org/talk/t/a-title/12/3")
    _Page(base='https://forum.org/talk', path='', topic='12')
    """
    url = web_address(written)
    found = _PAGE.fullmatch(f"{url.path.rstrip('/')}/")
    if found is None or _OTHER_PAGE.search(found["base"]):
        raise InputError(
            f"{written[:200]} is no page of a forum that can be fetched.",
            hint="Give the address of the forum, of a category with its number, a tag or a topic.",
        )
    base = str(url.copy_with(path=found["base"] or "/")).rstrip("/")
    part = (found["category"] or found["tag"] or "latest").removesuffix(".json")
    return _Page(base, "" if found["topic"] else f"/{part}.json", found["topic"] or "")


def _categories(site: WebJson) -> dict[str, str]:
    """Names of the categories; none when the forum does not tell."""
    try:
        answer = site.get("/site.json")
    except Refused:
        return {}
    found = answer.get("categories")
    return {
        scalar(one.get("id")): scalar(one.get("name"))
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    }


def _listed(site: WebJson, page: _Page) -> Iterator[dict[str, Any]]:
    """The heads of all topics of a list, page after page; each topic once."""
    seen: set[int] = set()
    for number in range(MOST_PAGES):
        params = [("order", "created"), *([("page", str(number))] if number else [])]
        listed = _list(site, page.path, params)
        before = len(seen)
        for head in listed["topics"]:
            topic = head.get("id") if isinstance(head, dict) else None
            if type(topic) is int and topic > 0 and topic not in seen:
                seen.add(topic)
                yield head
        if not listed.get("more_topics_url") or len(seen) == before:
            return


def _list(site: WebJson, path: str, params: Params) -> dict[str, Any]:
    try:
        listed = site.get(path, params).get("topic_list")
    except Refused as error:
        if error.status >= 500:
            raise ServiceError(
                f"{site.base}: {error.reason}.", hint="Run it again later."
            ) from None
        hint = "Give a key and the user it acts for." if error.status in (401, 403, 404) else ""
        raise UnreadableSource(
            f"{site.base}: the list of topics cannot be fetched: {error.reason}.", hint=hint
        ) from None
    if not isinstance(listed, dict) or not isinstance(listed.get("topics"), list):
        raise UnreadableSource(f"{site.base} does not answer as a Discourse forum does.")
    return listed


# --- fetching ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """One download: where from, where to, and what it did so far."""

    site: WebJson
    folder: Path
    base: str
    progress: Progress
    categories: dict[str, str] = field(default_factory=dict)
    fetched: int = 0
    unchanged: int = 0
    failures: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def topic(self, head: dict[str, Any]) -> None:
        """Fetch a topic, unless the file that is there is as new as the list says."""
        number = head["id"]
        file = self.folder / f"{number}.json"
        if _is_current(file, head):
            self.unchanged += 1
        else:
            self._fetch(number, head, file)
        done = self.fetched + self.unchanged + len(self.skipped)
        self.progress("Fetching topics", done, None)

    def _fetch(self, number: int, head: dict[str, Any], file: Path) -> None:
        where = f"{self.base}/t/{number}"
        try:
            topic = self._whole(number)
        except Refused as error:
            self.skipped.append(Skipped(where, error.reason))
            self.failures = self.failures + 1 if error.status >= 500 else 0
            if self.failures == _FAILURES:
                raise ServiceError(
                    f"{self.base} fails on one topic after the other.",
                    hint="Run it again later; what was fetched is kept.",
                ) from None
            return
        self.failures = 0
        category = self.categories.get(scalar(topic.get("category_id")))
        told = {name: head[name] for name in _KEPT_OF_LIST if name in head}
        own = {FORUM: self.base, **({"category_name": category} if category else {})}
        try:
            _write(file, {**topic, **told, **own})
        except (TypeError, ValueError):
            self.skipped.append(Skipped(where, "the answer cannot be kept as JSON"))
            return
        self.fetched += 1

    def _whole(self, number: int) -> dict[str, Any]:
        """A topic with all its posts: a long one gives only the first of them at once."""
        topic = self.site.get(f"/t/{number}.json")
        stream = topic.get("post_stream")
        if not isinstance(stream, dict) or not isinstance(stream.get("posts"), list):
            raise Refused("the answer is no topic")
        posts = [post for post in stream["posts"] if isinstance(post, dict)]
        held = {post.get("id") for post in posts if isinstance(post.get("id"), int)}
        ids = stream.get("stream")
        missing = [
            one for one in (ids if isinstance(ids, list) else [])
            if isinstance(one, int) and one not in held
        ]  # fmt: skip
        for start in range(0, len(missing), POSTS_AT_ONCE):
            posts += self._posts(number, missing[start : start + POSTS_AT_ONCE])
        posts.sort(key=_post_number)
        return {**topic, "post_stream": {**stream, "posts": posts}}

    def _posts(self, number: int, ids: list[int]) -> list[dict[str, Any]]:
        params = [("post_ids[]", str(one)) for one in ids]
        stream = self.site.get(f"/t/{number}/posts.json", params).get("post_stream")
        posts = stream.get("posts") if isinstance(stream, dict) else None
        return [post for post in posts or [] if isinstance(post, dict)]


def _post_number(post: dict[str, Any]) -> int:
    number = post.get("post_number")
    return number if isinstance(number, int) else 0


def _is_current(file: Path, head: dict[str, Any]) -> bool:
    """Whether a stored topic is as new as the list says; one that cannot be read is not."""
    if not any(head.get(name) for name in _SIGNS_OF_CHANGE):
        return False
    try:
        stored = parsed_json(file.read_bytes()) if file.stat().st_size <= 2 * LARGEST else None
    except (OSError, ValueError):
        return False
    if not isinstance(stored, dict):
        return False
    return all(stored.get(name) == head.get(name) for name in _SIGNS_OF_CHANGE)


def _write(file: Path, topic: dict[str, Any]) -> None:
    part = file.with_name(f".{file.name}.part")
    written = orjson.dumps(topic)
    try:
        with part.open("wb") as out:
            out.write(written)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise ServiceError(f"{file} cannot be written: {error.strerror}.") from None
