"""A question of a Stack Exchange dump as a document: answers by votes, comments in their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.records import Document, Link, Skipped, SourcePart
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import moment, scalar

_DUPLICATE = "3"
_NO_DATE = datetime.max.replace(tzinfo=UTC)
_NOTICE = re.compile(
    r"\s*<blockquote>\s*<p>\s*<strong>Possible Duplicates?:.{0,2000}?</blockquote>", re.DOTALL
)
"""What the site once put above a duplicate; the link says it better."""

_TAGS = re.compile(r"[<>|]+")
_MENTION = re.compile(r"(?<![\w@/.])@([\w-]{3,60})")
_PLAIN_NAME = re.compile(r"[\w .-]+")

Post = dict[str, Any]
"""A row of the dump as it lay on a shelf."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dump comes from: makes links, or locators where its address is not known."""

    base: str = ""
    name: str = ""

    @classmethod
    def of(cls, site: str, base_url: str) -> Place:
        """The place of a site, or of the address that was given."""
        base = base_url.rstrip("/") or (f"https://{site}" if site else "")
        host = base.partition("://")[2].partition("/")[0]
        short = host.removesuffix(".com").removesuffix(".stackexchange")
        return cls(base, short)

    def to(self, kind: str, number: str) -> str:
        """Link to a question ("q") or an answer ("a")."""
        return f"{self.base}/{kind}/{number}" if self.base else f"stackexchange:{kind}/{number}"

    def comment(self, number: str, post: str) -> str:
        """Link to a comment of a post."""
        if self.base:
            return f"{self.base}/posts/comments/{number}#comment{number}_{post}"
        return f"stackexchange:comment/{number}"


@dataclass(slots=True)
class Dump:
    """The tables of a dump on shelves: posts by question, comments and links by post."""

    posts: Shelf
    comments: Shelf
    users: Shelf
    links: Shelf
    place: Place
    votes: Counter[str] = field(default_factory=Counter)
    chosen: set[str] = field(default_factory=set)
    unscored: int = 0
    accepted: bool = False
    placed: int = 0

    def author(self, row: Post, who: str = "Owner") -> str | None:
        """Name of who wrote a post ("Owner") or comment (""); None where it is not told."""
        names = self.users.group(str(row.get(f"{who}UserId", "")))
        return (scalar(names[0]) if names else scalar(row.get(f"{who}DisplayName"))) or None

    def score(self, post: Post) -> int:
        """Votes for it less those against it."""
        written = str(post.get("Score", ""))
        known = re.fullmatch(r"[+-]?\d{1,15}", written)
        return int(written) if known else self.votes[str(post.get("Id", ""))]


def question_documents(dump: Dump) -> Iterator[Document | Skipped]:
    """Every question as a document; answers and comments without theirs are counted."""
    lone = copies = 0
    for _, posts in dump.posts.groups():
        questions = [post for post in posts if post.get("question")]
        answers = [post for post in posts if not post.get("question")]
        own = _distinct(answers)
        copies += len(answers) - len(own)
        lone += 0 if questions else len(own)
        for number, question in enumerate(questions):
            yield _document(question, [] if number else own, dump)
    yield from _counted(copies, "answers", "the same as an earlier one")
    yield from _counted(lone, "answers", "the dump does not hold their question")
    yield from _counted(
        len(dump.comments) - dump.placed, "comments", "the dump does not hold their question"
    )


def _counted(number: int, what: str, reason: str) -> Iterator[Skipped]:
    if number > 0:
        yield Skipped(f"{number} {what}", reason, number)


def _distinct(posts: Iterable[Post]) -> list[Post]:
    return list({(post.get("Id"), post.get("Body")): post for post in reversed([*posts])}.values())


def _document(question: Post, answers: Sequence[Post], dump: Dump) -> Document | Skipped:
    number = str(question["Id"])
    accepted = str(question.get("AcceptedAnswerId", ""))
    ordered = sorted(answers, key=lambda answer: _rank(answer, accepted, dump))
    names = _Names(dump, [question, *answers])
    parts = [*_with_comments(question, "q", names, dump)]
    for answer in ordered:
        parts += _with_comments(answer, "a", names, dump, accepted=accepted)
    origin = dump.place.to("q", number)
    if not parts:
        return Skipped(origin, f"no text in question {number}")
    solved = bool(accepted) or any(part.name == "action" for part in parts)
    return Document(
        key=f"question/{number}",
        title=scalar(question.get("Title")),
        parts=tuple(parts),
        origin=origin,
        author=dump.author(question),
        created=moment(question.get("CreationDate")),
        discipline=dump.place.name or None,
        tags=tuple(dict.fromkeys(tag for tag in _TAGS.split(str(question.get("Tags", ""))) if tag)),
        status="worked" if solved else "unknown",
        links=tuple(dict.fromkeys(_links(number, dump))),
    )


def _rank(answer: Post, accepted: str, dump: Dump) -> tuple[bool, int, datetime]:
    created = moment(answer.get("CreationDate")) or _NO_DATE
    return not _is_accepted(answer, accepted, dump), -dump.score(answer), created


def _is_accepted(answer: Post, accepted: str, dump: Dump) -> bool:
    number = answer.get("Id")
    return number == accepted if accepted else number in dump.chosen


def _with_comments(
    post: Post, kind: str, names: _Names, dump: Dump, *, accepted: str = ""
) -> Iterator[SourcePart]:
    """The post and what was said below it, in the order of time."""
    number = str(post["Id"])
    body = _without_notice(scalar(post.get("Body"))) or scalar(post.get("Title"))
    if body:
        chosen = kind == "a" and _is_accepted(post, accepted, dump)
        yield SourcePart(
            "action" if chosen else "post",
            names.in_html(body),
            "html",
            author=dump.author(post),
            created=moment(post.get("CreationDate")),
            origin=dump.place.to(kind, number),
        )
    for comment in names.comments.pop(number, []):
        yield SourcePart(
            "post",
            names.in_comment(scalar(comment.get("Text"))),
            "markdown",
            author=dump.author(comment, ""),
            created=moment(comment.get("CreationDate")),
            origin=dump.place.comment(str(comment.get("Id", "")), number),
        )


def _without_notice(body: str) -> str:
    notice = _NOTICE.match(body)
    return body[notice.end() :].strip() if notice else body


def _links(number: str, dump: Dump) -> Iterator[Link]:
    for kind, other in dump.links.group(number):
        if other:
            target = f"question/{other}" if other in dump.posts else dump.place.to("q", other)
            yield Link("duplicate" if kind == _DUPLICATE else "related", target)


class _Names:
    """Who takes part in a question, so that "@AdaLovelace" or "@Ada" can be read as a name.

    Holds the comments of its posts as well, in the order of time.
    """

    def __init__(self, dump: Dump, posts: Sequence[Post]) -> None:
        self.comments: dict[str, list[Post]] = {}
        for post in posts:
            number = str(post["Id"])
            if number not in self.comments:
                self.comments[number] = sorted(dump.comments.group(number), key=_when)
                dump.placed += len(self.comments[number])
        said = [comment for below in self.comments.values() for comment in below]
        found = [*map(dump.author, posts), *(dump.author(comment, "") for comment in said)]
        self._names = {"".join(name.split()).casefold(): name for name in found if name}

    def in_comment(self, text: str) -> str:
        """A comment with whole names; the beginning of one suffices where it fits only one."""
        return _MENTION.sub(lambda found: self._whole(found, short=True), text)

    def in_html(self, text: str) -> str:
        """A post with whole names."""
        if "@" not in text:
            return text
        return _MENTION.sub(lambda found: self._whole(found, short=False), text)

    def _whole(self, found: re.Match[str], *, short: bool) -> str:
        handle = found[1].rstrip("-").casefold()
        fitting = [self._names[handle]] if handle in self._names else []
        if short and not fitting:
            fitting = [name for key, name in self._names.items() if key.startswith(handle)]
        if len(fitting) != 1 or not _PLAIN_NAME.fullmatch(fitting[0]):
            return found[0]
        return f"@{fitting[0]}{found[1][len(handle) :]}"


def _when(post: Post) -> datetime:
    return moment(post.get("CreationDate")) or _NO_DATE
