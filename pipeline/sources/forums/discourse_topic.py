"""One topic of a Discourse forum as a document, in whatever of its forms it was exported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.records import Document, Link, PartName, Skipped, SourcePart
from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.left_out import LeftOut
from pipeline.sources.reading.values import moment, scalar

Topic = Mapping[str, object]

FORUM = "forum_url"
"""Where a topic that was fetched here keeps the address of its forum."""

_WITH_TEXT = (1, 2)  # regular posts, and what moderators write; 3 are notices, 4 whispers
_WHISPER = 4
_QUOTED = re.compile(r"<aside\b[^<>]*?\bdata-topic=\"(\d{1,15})\"")
_INTERNAL = re.compile(r"(?:https?://[^/\s]+)?(?:/[\w-]+)?/t/(?:[^/\s]*/)?(\d{1,15})(?:[/?#].*)?")
_QUOTE_TAG = re.compile(r"\[(/?)quote\b[^\]\n]{0,300}\]", re.IGNORECASE)


def topic_document(
    topic: Topic, where: str, options: ReadOptions, left: LeftOut
) -> Document | Skipped:
    """The document of a topic with its posts in `post_stream` or `posts`, or why it gives none.

    It worked when the forum has an accepted answer for it; else nothing is known.

    Args:
        topic: As the export has it.
        where: Locator of the record.
        options: How the source is read.
        left: Counts the posts that are left out.
    """
    number = scalar(topic.get("id"))
    posts = posts_of(topic)
    if not number or posts is None:
        return Skipped(where, "not a Discourse topic: no id or no post_stream.posts")
    if topic.get("archetype") == "private_message":
        return Skipped(where, "a private message")
    link = _Link(_forum(topic, options), scalar(topic.get("slug")) or "-", number)
    kept = list(_kept(posts, left))
    parts = tuple(_part(post, topic, link) for post in kept)
    if not parts:
        return Skipped(where, f"no posts with text in topic {number}")
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
        status="worked" if _solved(topic) or any(p.name == "action" for p in parts) else "unknown",
        links=tuple(dict.fromkeys(_links(kept, number))),
    )


def posts_of(topic: Topic) -> list[dict[str, object]] | None:
    """The posts that a topic holds; None when it is not such a record."""
    stream = topic.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else topic.get("posts")
    if not isinstance(posts, list):
        return None
    return [post for post in posts if isinstance(post, dict)]


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


def _forum(topic: Topic, options: ReadOptions) -> str:
    told = scalar(topic.get(FORUM))
    known = told if re.match(r"https?://[^/\s]+", told) else ""
    return (options.base_url or known).rstrip("/")


def _kept(posts: list[dict[str, object]], left: LeftOut) -> Iterator[dict[str, object]]:
    """The posts that say something; others are counted, save those in which nothing stands."""
    for post in posts:
        reason = _why_not(post)
        if reason:
            left.add(reason)
        elif _text(post)[0]:
            yield post
        elif scalar(post.get("raw")):
            left.add("posts that only quote others")


def _why_not(post: Mapping[str, object]) -> str:
    """Why a post is left out, whatever it says; empty when it is not."""
    kind = post.get("post_type", _WITH_TEXT[0])
    if kind not in _WITH_TEXT:
        whispered = kind == _WHISPER
        return "whispers among the staff" if whispered else "notices of the system"
    if post.get("deleted_at") or post.get("user_deleted") is True:
        return "deleted posts"
    return "posts that were flagged and hidden" if post.get("hidden") is True else ""


def _text(post: Mapping[str, object]) -> tuple[str, bool]:
    """What was written, and whether it is HTML."""
    cooked = scalar(post.get("cooked"))
    return (cooked, True) if cooked else (_without_quotes(scalar(post.get("raw"))), False)


def _without_quotes(raw: str) -> str:
    """Markdown without the quotes of other posts, which stand there themselves."""
    kept: list[str] = []
    at = depth = 0
    for tag in _QUOTE_TAG.finditer(raw):
        if depth == 0:
            kept.append(raw[at : tag.start()])
        depth = max(0, depth - 1) if tag[1] else depth + 1
        at = tag.end()
    if depth:  # one that does not end is no quote
        return raw
    return "".join([*kept, raw[at:]]).strip()


def _part(post: Mapping[str, object], topic: Topic, link: _Link) -> SourcePart:
    body, cooked = _text(post)
    name: PartName = "action" if _is_solution(post, topic) else "post"
    return SourcePart(
        name,
        body,
        "html" if cooked else "markdown",
        author=scalar(post.get("username")) or None,
        created=moment(post.get("created_at")),
        origin=link.to(scalar(post.get("post_number"))),
    )


def _is_solution(post: Mapping[str, object], topic: Topic) -> bool:
    if post.get("accepted_answer") is True:
        return True
    accepted = topic.get("accepted_answer")
    number = accepted.get("post_number") if isinstance(accepted, dict) else None
    return number is not None and number == post.get("post_number")


def _solved(topic: Topic) -> bool:
    """Whether the forum has an accepted answer, though the export may lack that post."""
    accepted = topic.get("accepted_answer")
    told = isinstance(accepted, dict) and bool(scalar(accepted.get("post_number")))
    return told or topic.get("has_accepted_answer") is True


def _links(posts: list[dict[str, object]], number: str) -> Iterator[Link]:
    """Other topics of the forum that posts quote or link to."""
    for post in posts:
        counts = post.get("link_counts")
        urls = [
            scalar(one.get("url"))
            for one in (counts if isinstance(counts, list) else [])
            if isinstance(one, dict)
            and one.get("internal") is True
            and one.get("reflection") is not True
        ]
        linked = [found[1] for url in urls if (found := _INTERNAL.fullmatch(url))]
        for other in [*_QUOTED.findall(scalar(post.get("cooked"))), *linked]:
            if other != number:
                yield Link("related", f"topic/{other}")


def _category(topic: Topic) -> str | None:
    for name in ("category_name", "category", "category_slug"):
        value = topic.get(name)
        found = scalar(value.get("name")) if isinstance(value, dict) else scalar(value)
        if found and not found.isdigit():
            return found
    return None


def _tags(topic: Topic) -> tuple[str, ...]:
    tags = topic.get("tags")
    names = (
        [t.get("name") if isinstance(t, dict) else t for t in tags]
        if isinstance(tags, list)
        else []
    )
    return tuple(dict.fromkeys(word for name in names if (word := scalar(name))))


def _tell_missing(topic: Topic, held: int, number: str, options: ReadOptions) -> None:
    count = topic.get("posts_count")
    if isinstance(count, int) and count > held:
        options.notice(f"Topic {number}: {held} of its {count} posts are in the export.")
