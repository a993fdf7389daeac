"""Topics of a Discourse forum: one, an array, lines, a folder, or an export of a category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.forums.discourse_topic import FORUM, Topic, posts_of, topic_document
from pipeline.sources.forums.whole import same_kind
from pipeline.sources.reading.files import Sample, files_below, look_at, suffix
from pipeline.sources.reading.json_records import Record, first_object, json_items, json_records
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import scalar

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_OF_A_POST = (
    "id", "username", "created_at", "cooked", "raw", "post_number", "post_type", "hidden",
    "user_deleted", "deleted_at", "accepted_answer",
)  # fmt: skip
_ONLY_LISTED = (
    "a list names them without their posts; import the forum's address, or /t/ID.json of each"
)


class Discourse:
    """Reads one document from each topic; each post is a part with its author and date.

    Understands what `/t/ID.json` gives, the export of a category (topics with their posts
    beside users and categories), posts one by one (put together by their topic), and lists such
    as `/latest.json`, of which only what has a text can be read.
    """

    name = "discourse"
    title = "Discourse topics"
    description = (
        "JSON of a Discourse forum: topics, a category's export, posts, a list, or a folder of them"
    )

    def recognise(self, sample: Sample) -> float:
        """Certain of objects with a `post_stream` and of the other forms by their names."""
        if sample.folder:
            return same_kind(sample, _SUFFIXES, lambda one: self.recognise(one) > 0)
        return 1.0 if _form(first_object(sample)) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every topic as a document or as skipped."""
        return accounted(_topics(path, options), options)


def _form(first: Topic) -> str:
    """Which form an object has: "topic", "list", "export", "post", "posts", or "" for none."""
    if "post_stream" in first:
        return "topic"
    if "topics" in first and _is_export(first):
        return "export"
    if {"cooked", "topic_id", "post_number"} <= first.keys():
        return "post"
    if "topic_list" in first:
        return "list"
    return "posts" if "latest_posts" in first else ""


def _is_export(first: Topic) -> bool:
    """Whether its topics hold posts; of a long one only what comes before them is known."""
    topics = _first_of(first.get("topics"))
    if topics is not None:
        return posts_of(topics) is not None
    users, categories = _first_of(first.get("users")), _first_of(first.get("categories"))
    return "trust_level" in (users or {}) or "permissions_params" in (categories or {})


def _first_of(value: object) -> dict[str, object] | None:
    first = value[0] if isinstance(value, list) and value else None
    return first if isinstance(first, dict) else None


@dataclass(slots=True)
class _Export:
    """What is known while an export is read."""

    options: ReadOptions
    left: LeftOut
    posts: Shelf
    listed: list[Topic] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def _topics(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    whole = path.is_dir()
    found = False
    others = LeftOut(path.name, one="file", many="files")
    with ExitStack() as stack:
        left = LeftOut(path.name, one="post", many="posts")
        export = _Export(options, left, stack.enter_context(Shelf()))
        for file in files_below(path) if whole else iter([path]):
            if isinstance(file, Skipped):
                yield file
            elif whole and suffix(file.name) not in _SUFFIXES:
                others.add("no JSON")
            else:
                found = True
                yield from _file(file, export, whole=whole)
        if not found:
            raise UnreadableSource(f"The folder {path} holds no topics in JSON.")
        yield from _together(export)
        yield from _heads(export, path.name)
        yield from left.told()
        yield from others.told()


def _file(file: Path, export: _Export, *, whole: bool) -> Iterator[Document | Skipped]:
    """What one file gives; in a folder, one that cannot be read does not stop the others."""
    try:
        yield from _records(file, export)
    except UnreadableSource as error:
        if not whole:
            raise
        yield Skipped(file.name, error.message)


def _records(file: Path, export: _Export) -> Iterator[Document | Skipped]:
    look = look_at(file)
    if look.text.lstrip().startswith("{") and _form(first_object(look)) == "export":
        yield from _category_export(file, export)
        return
    for record in json_records(file, export.options):
        if isinstance(record, Skipped):
            yield record
            continue
        form = _form(record.value)
        if form == "list":
            _take_heads(record.value, export)
        elif form in ("post", "posts"):
            _take_posts(record.value, export)
        else:
            yield _topic(record, export)


def _topic(record: Record, export: _Export) -> Document | Skipped:
    export.seen.add(scalar(record.value.get("id")))
    return topic_document(record.value, record.where, export.options, export.left)


def _category_export(file: Path, export: _Export) -> Iterator[Document | Skipped]:
    """Topics whose posts name their author, and the topic its category, by a number."""
    users = _named(file, "users.item", "username")
    categories = _named(file, "categories.item", "name")
    for number, topic in enumerate(json_items(file, "topics.item"), start=1):
        where = f"{file.name}[{number}]"
        if not isinstance(topic, dict):
            yield Skipped(where, "not a JSON object")
            continue
        posts = posts_of(topic) or []
        for post in posts:
            post["username"] = users.get(scalar(post.get("user_id")), "")
        topic["category_name"] = categories.get(scalar(topic.get("category_id")), "")
        yield _topic(Record(where, topic), export)


def _named(file: Path, prefix: str, name: str) -> dict[str, str]:
    found = (one for one in json_items(file, prefix) if isinstance(one, dict))
    return {scalar(one.get("id")): scalar(one.get(name)) for one in found}


# --- posts one by one, and lists ---------------------------------------------------------


def _take_posts(record: Topic, export: _Export) -> None:
    several = record.get("latest_posts")
    for post in several if isinstance(several, list) else [record]:
        number = scalar(post.get("topic_id")) if isinstance(post, dict) else ""
        if number:
            slim = {name: _plain(post[name]) for name in _OF_A_POST if name in post}
            head = {
                "title": scalar(post.get("topic_title")),
                "slug": scalar(post.get("topic_slug")),
            }
            export.posts.add(number, {**slim, "head": head})
        else:
            export.left.add("posts that name no topic")


def _plain(value: object) -> object:
    """A value that can lie on a shelf: text, truth, a small number, or nothing."""
    small = isinstance(value, int) and abs(value) < 1 << 53
    return value if small or value is None else scalar(value)


def _together(export: _Export) -> Iterator[Document | Skipped]:
    """Topics from posts that came one by one."""
    for number, posts in export.posts.groups():
        if number in export.seen:
            for _ in posts:
                export.left.add("posts of a topic that is here as a whole")
            continue
        posts.sort(key=lambda post: n if isinstance(n := post.get("post_number"), int) else 0)
        head: Topic = next((post["head"] for post in posts if post["head"]["title"]), {})
        topic = {**head, "id": number, "post_stream": {"posts": posts}}
        yield _topic(Record(f"topic {number}", topic), export)


def _take_heads(record: Topic, export: _Export) -> None:
    inside = record.get("topic_list")
    topics = inside.get("topics") if isinstance(inside, Mapping) else None
    users = record.get("users")
    names = {
        scalar(user.get("id")): scalar(user.get("username"))
        for user in (users if isinstance(users, list) else [])
        if isinstance(user, dict)
    }
    for topic in topics if isinstance(topics, list) else []:
        if isinstance(topic, dict):
            export.listed.append(_head(topic, names))


def _head(topic: Topic, names: Mapping[str, str]) -> Topic:
    """A listed topic with the beginning of its first post, where the list shows it."""
    poster = _first_of(topic.get("posters")) or {}
    author = names.get(scalar(poster.get("user_id")), "")
    excerpt = scalar(topic.get("excerpt"))
    post = {
        "cooked": excerpt,
        "username": author,
        "post_number": 1,
        "created_at": topic.get("created_at"),
    }
    kept = ("id", "title", "slug", "created_at", "tags", "category_name", "has_accepted_answer")
    head = {name: topic[name] for name in (*kept, "archetype", FORUM) if name in topic}
    return {**head, "post_stream": {"posts": [post] if excerpt else []}}


def _heads(export: _Export, file: str) -> Iterator[Document | Skipped]:
    """Listed topics whose posts the export lacks: those with an excerpt can be read."""
    bare = 0
    for head in export.listed:
        if scalar(head.get("id")) in export.seen:
            continue
        if posts_of(head):
            yield _topic(Record(file, dict(head)), export)
        else:
            bare += 1
    if bare:
        yield Skipped(f"{file}: {bare:,} topics", _ONLY_LISTED)


CONNECTOR = Discourse()
