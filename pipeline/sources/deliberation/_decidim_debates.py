"""Puts proposals of Decidim and their comments together: a document for each proposal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pipeline.records import Document, OutcomeStatus, Skipped, SourcePart, TextFormat, Votes
from pipeline.sources.base import ReadOptions, content_key
from pipeline.sources.deliberation._decidim_records import Item
from pipeline.sources.reading.shelf import Shelf
from pipeline.sources.reading.values import moment

_DONE = frozenset(
    (
        *("implemented", "executed", "finished", "completed", "done", "fulfilled"),
        *("executat", "executada", "finalitzat", "ejecutado", "ejecutada", "finalizado"),
        *("terminado", "realizado", "réalisé", "réalisée", "terminé", "toteutettu"),
    )
)
"""States that say that a proposal was carried out."""

_HTML = re.compile(r"</?(?:p|br|div|ul|ol|li|a|strong|em|b|i|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_ROOT = re.compile(r"/proposals/(\d{1,18})(?:[/?#]|$)")
_REPLY_TO = re.compile(r"(?:^|::)Comment$")
_MOST_TAGS = 20


def debates(
    records: Iterable[Item | Skipped], options: ReadOptions
) -> Iterator[Document | Skipped]:
    """A document for each proposal, and for what else was commented; in bounded memory.

    Comments on a proposal that the export lacks, on meetings or on results stay together as a
    document without a proposal.
    """
    with Shelf() as shelf:
        placed = _Placed(shelf)
        for record in records:
            if isinstance(record, Skipped):
                yield record
            elif left_out := placed.take(record):
                yield left_out
        placed.place_the_rest()
        for group, packed in shelf.groups():
            yield _document(group, [Item(**record) for record in packed], options)


class _Placed:
    """Puts records on a shelf, each with the proposal it belongs to."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._seen: set[str] = set()
        self._root: dict[str, str] = {}
        self._waiting: list[Item] = []

    def take(self, item: Item) -> Skipped | None:
        """Put a record where it belongs; what comes back is why it is left out."""
        text, number = _text(item), item.first("id")
        if not text and not (item.kind == "proposals" and item.translated("title")[0]):
            return Skipped(item.where, f"a {item.kind.removesuffix('s')} without text")
        own = f"{item.kind}/{number or content_key(text)}"
        if own in self._seen:
            return Skipped(item.where, f"the same {item.kind.removesuffix('s')} again ({number})")
        self._seen.add(own)
        if item.kind == "proposals":
            self._put(f"proposal/{number or content_key(text)}", item)
        elif not _answers_comment(item):
            self._put(_root_of(item), item)
        elif root := self._root.get(item.first("commentable_id")):
            self._put(root, item)
        else:
            self._waiting.append(item)
        return None

    def place_the_rest(self) -> None:
        """Place answers that came before what they answer."""
        before = 0
        while len(self._waiting) != before:
            before, waiting, self._waiting = len(self._waiting), self._waiting, []
            for item in waiting:
                if root := self._root.get(item.first("commentable_id")):
                    self._put(root, item)
                else:
                    self._waiting.append(item)
        for item in self._waiting:
            self._put(_root_of(item), item)

    def _put(self, root: str, item: Item) -> None:
        if item.kind == "comments":
            self._root[item.first("id")] = root
        self._shelf.add(root, _packed(item))


def _packed(item: Item) -> dict[str, Any]:
    held = {name: value for name, value in item.fields.items() if value}
    return {"kind": item.kind, "where": item.where, "fields": held}


def _answers_comment(item: Item) -> bool:
    return bool(_REPLY_TO.search(item.first("commentable_type"))) and not item.first("proposal_id")


def _root_of(item: Item) -> str:
    """What a comment stands under, as far as it says so itself."""
    kind, number = item.first("commentable_type"), item.first("commentable_id")
    url = item.first("root_commentable_url")
    if (proposal := item.first("proposal_id")) or kind.rpartition("::")[2] == "Proposal":
        return f"proposal/{proposal or number}"
    if found := _ROOT.search(url):
        return f"proposal/{found[1]}"
    return url or f"{kind.rpartition('::')[2].lower() or 'comment'}/{number}"


def _document(root: str, held: list[Item], options: ReadOptions) -> Document:
    proposal = next((item for item in held if item.kind == "proposals"), None)
    comments = _answers_below([item for item in held if item.kind == "comments"])
    about = proposal or Item("proposals", "", {})
    title, language = about.translated("title")
    url = about.first("url") or (held[0].first("root_commentable_url") if comments else "")
    origin = url if re.match(r"https?://", url) else f"decidim:{root}"
    state = about.first("state", "status")
    parts = [
        *_proposal_parts(about, origin, options),
        *(_comment_part(comment, origin, options) for comment in comments),
    ]
    category = about.translated("category/name")[0] or _named(about, "category")
    return Document(
        key=root,
        title=title,
        parts=tuple(parts),
        origin=origin,
        author=parts[0].author,
        created=parts[0].created,
        discipline=category or None,
        tags=_tags(about, state),
        status=_status(state),
        language=language or None,
        votes=_votes(comments),
    )


def _answers_below(comments: Sequence[Item]) -> list[Item]:
    """Comments in their order, each followed by the answers to it."""
    known = {comment.first("id") for comment in comments}
    below: dict[str, list[Item]] = {}
    for comment in comments:
        above = _above(comment)
        below.setdefault(above if above in known else "", []).append(comment)
    ordered: list[Item] = []
    waiting = below.pop("", [])[::-1]
    while waiting or below:
        if not waiting:  # answers that go round in a circle
            waiting = below.pop(next(iter(below)))[::-1]
        comment = waiting.pop()
        ordered.append(comment)
        waiting += below.pop(comment.first("id"), [])[::-1]
    return ordered


def _above(comment: Item) -> str:
    """Id of the comment that it answers, or an empty text."""
    if _REPLY_TO.search(comment.first("commentable_type")):
        return comment.first("commentable_id")
    return comment.first("parent", "ancestry").rpartition("/")[2]


def _proposal_parts(about: Item, origin: str, options: ReadOptions) -> Iterator[SourcePart]:
    text = _text(about) or about.translated("title")[0]
    created = _moment(about.first("published_at", "created_at"), options)
    if text:
        yield SourcePart("body", text, _format(text), _author(about), created, origin)
    if answer := about.translated("answer")[0]:
        at = _moment(about.first("answered_at"), options)
        yield SourcePart("post", answer, _format(answer), created=at, origin=origin)


def _comment_part(comment: Item, origin: str, options: ReadOptions) -> SourcePart:
    text = _text(comment)
    created = _moment(comment.first("created_at"), options)
    where = f"{origin}#comment_{comment.first('id')}"
    return SourcePart("post", text, _format(text), _author(comment), created, where)


def _text(item: Item) -> str:
    return item.translated("body")[0] or item.translated("summary")[0]


def _format(text: str) -> TextFormat:
    return "html" if _HTML.search(text) else "text"


def _author(item: Item) -> str | None:
    name = item.first("author/name") or item.translated("user_group/name")[0]
    number = item.first("author/id", "author_id")
    return name or (f"participant {number}" if number else None)


def _moment(written: str, options: ReadOptions) -> datetime | None:
    """A date; where it has slashes the day comes first, unless the options say otherwise."""
    slashes = bool(re.match(r"\d{1,2}[/.]", written))
    first = slashes if options.day_first is None else options.day_first and slashes
    return moment(written[:60], day_first=first)


def _named(item: Item, name: str) -> str:
    return item.first(name, f"{name}/name")


def _tags(about: Item, state: str) -> tuple[str, ...]:
    """Where it belongs, and what was decided: a decision is no outcome."""
    found = [
        _named(about, "subcategory"),
        _named(about, "district"),
        about.translated("scope/name")[0],
        state.replace("_", " ") if state not in ("not_answered", "published") else "",
    ]
    return tuple(dict.fromkeys(tag.strip()[:80] for tag in found if tag.strip()))[:_MOST_TAGS]


def _status(state: str) -> OutcomeStatus:
    return "worked" if state.casefold() in _DONE else "unknown"


def _votes(comments: Sequence[Item]) -> Votes | None:
    """How many comments were for, against and neither; None where none says so."""
    counts = Counter(comment.first("alignment") for comment in comments)
    votes = Votes(counts["1"], counts["-1"], counts["0"])
    return votes if votes.total else None
