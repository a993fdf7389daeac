"""Topics of a Discourse forum in the JSON that `/t/ID.json` gives: one, an array, or lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, PartName, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.reading.files import Sample, files_below, look_at, suffix
from pipeline.sources.reading.json_records import Record, first_object, json_records
from pipeline.sources.reading.values import moment, scalar

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_REGULAR_POST = 1


class Discourse:
    """Reads one document from each topic; each post is a part with its author and date."""

    name = "discourse"
    title = "Discourse topics"
    description = "topic JSON of a Discourse forum: one topic, an array, lines, or a folder of them"

    def recognise(self, sample: Sample) -> float:
        """Certain of objects with a `post_stream`."""
        if sample.folder:
            inside = sample.inside(*_SUFFIXES)
            return 0.9 * self.recognise(look_at(inside[0])) if inside else 0.0
        return 1.0 if "post_stream" in first_object(sample) else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every topic as a document or as skipped."""
        return accounted(_topics(path, options), options)


def _topics(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    files = files_below(path) if path.is_dir() else iter([path])
    found = False
    for file in files:
        if isinstance(file, Skipped):
            yield file
        elif not path.is_dir() or suffix(file.name) in _SUFFIXES:
            found = True
            for record in json_records(file, options):
                yield _document(record, options) if isinstance(record, Record) else record
    if not found:
        raise UnreadableSource(f"The folder {path} holds no topics in JSON.")


def _document(record: Record, options: ReadOptions) -> Document | Skipped:
    topic = record.value
    number = scalar(topic.get("id"))
    posts = _posts(topic)
    if not number or posts is None:
        return Skipped(record.where, "not a Discourse topic: no id or no post_stream.posts")
    link = _Link(options.base_url.rstrip("/"), scalar(topic.get("slug")) or "-", number)
    parts = tuple(part for post in posts if (part := _part(post, topic, link)))
    if not parts:
        return Skipped(record.where, f"no posts with text in topic {number}")
    _tell_missing(topic, len(posts), number, options)
    return Document(
        key=f"topic/{number}",
        title=scalar(topic.get("title")),
        parts=parts,
        origin=link.to(),
        author=parts[0].author,
        created=moment(topic.get("created_at")) or parts[0].created,
        discipline=_category(topic),
        tags=_tags(topic),
        status="worked" if any(part.name == "action" for part in parts) else "unknown",
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """Makes links to a topic, or locators where the forum's address is not known."""

    base: str
    slug: str
    number: str

    def to(self, post: str = "") -> str:
        if self.base:
            return f"{self.base}/t/{self.slug}/{self.number}" + (f"/{post}" if post else "")
        return f"discourse:topic/{self.number}" + (f"#{post}" if post else "")


def _posts(topic: Mapping[str, object]) -> list[dict[str, object]] | None:
    stream = topic.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else None
    if not isinstance(posts, list):
        return None
    return [post for post in posts if isinstance(post, dict)]


def _part(post: dict[str, object], topic: Mapping[str, object], link: _Link) -> SourcePart | None:
    """The post as a part; None for notices of the system, deleted posts and empty ones."""
    cooked, raw = scalar(post.get("cooked")), scalar(post.get("raw"))
    if post.get("post_type", _REGULAR_POST) != _REGULAR_POST or post.get("deleted_at"):
        return None
    if post.get("hidden") is True or not (cooked or raw):
        return None
    name: PartName = "action" if _is_solution(post, topic) else "post"
    return SourcePart(
        name,
        cooked or raw,
        "html" if cooked else "markdown",
        author=scalar(post.get("username")) or None,
        created=moment(post.get("created_at")),
        origin=link.to(scalar(post.get("post_number"))),
    )


def _is_solution(post: dict[str, object], topic: Mapping[str, object]) -> bool:
    if post.get("accepted_answer") is True:
        return True
    accepted = topic.get("accepted_answer")
    number = accepted.get("post_number") if isinstance(accepted, dict) else None
    return number is not None and number == post.get("post_number")


def _category(topic: Mapping[str, object]) -> str | None:
    for name in ("category_name", "category", "category_slug"):
        value = topic.get(name)
        found = scalar(value.get("name")) if isinstance(value, dict) else scalar(value)
        if found and not found.isdigit():
            return found
    return None


def _tags(topic: Mapping[str, object]) -> tuple[str, ...]:
    tags = topic.get("tags")
    names = [t.get("name") if isinstance(t, dict) else t for t in tags] if tags else []  # type: ignore[attr-defined]
    return tuple(dict.fromkeys(word for name in names if (word := scalar(name))))


def _tell_missing(
    topic: Mapping[str, object], held: int, number: str, options: ReadOptions
) -> None:
    count = topic.get("posts_count")
    if isinstance(count, int) and count > held:
        options.notice(f"Topic {number}: {held} of its {count} posts are in the export.")


CONNECTOR = Discourse()
