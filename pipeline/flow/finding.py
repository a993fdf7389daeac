"""Searching as people know it: operators, exact phrases, and suggestions while typing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from math import log
from weakref import WeakKeyDictionary

from pipeline.access import require
from pipeline.embeddings.tokens import stem, words
from pipeline.flow.workspace import Workspace
from pipeline.records import Where
from pipeline.retrieval import suggest as suggesting
from pipeline.retrieval.names import Names, folded_name
from pipeline.retrieval.query import Query, parse_query
from pipeline.retrieval.suggest import MOST as MOST
from pipeline.retrieval.suggest import Suggestion as Suggestion
from pipeline.retrieval.titles import Titles
from pipeline.store import kept_problems, named_people, problems
from pipeline.store.names import authors, saying, titles

PROBLEMS = 200  # problems asked before among which typing looks
PHRASES = 32  # exact phrases whose experiences are remembered
RARE = log(16)  # idf of a word in 1 of 16 rows: looking those up beats reading all the texts
ONE_VALUE = ("disciplines", "outcomes", "authors", "sources")
"""Fields of a filter of which an experience has one value at most."""
LETTERS = 3  # of the shortest word that the index surely knows as it stands in a phrase

_Shown = tuple[tuple[str, str], ...]


def read_query(workspace: Workspace, text: str, *, today: date | None = None) -> Query:
    """What somebody typed as a problem and a filter; see `retrieval.query`.

    Args:
        workspace: The community whose names are known.
        text: A search with operators, a sentence, or a whole story.
        today: To tell dates that are still to come; by default the day it is, in UTC.
    """
    require(workspace.actor, "read")
    return parse_query(text, known=names(workspace), today=today or datetime.now(UTC).date())


def names(workspace: Workspace) -> Names:
    """What the community can be searched by, kept until its experiences change.

    Authors are known by their pseudonyms, and by their names where they agreed to be named.
    """
    kept = _kept(workspace)
    people = tuple((given.name, author) for author, given in named_people(workspace.store).items())
    with kept.turn:
        if kept.names is None or kept.people != people:
            facets = workspace.store.facets()
            kept.people = people
            kept.names = Names.of(
                tags=facets.tags,
                authors=authors(workspace.store),
                disciplines=facets.disciplines,
                outcomes=facets.outcomes,
                sources=facets.sources,
                years=facets.years,
                people=dict(people),
            )
        return kept.names


def resolved(workspace: Workspace, where: Where) -> Where:
    """The same filter with ids in place of exact phrases, as an index needs it.

    The store knows which experiences say a phrase; where one of its words is rare and the index
    is up to date, only those that share the word are looked at. What was found is remembered
    until the experiences change.
    """
    if not where.phrases:
        return where
    if where.nothing:
        return replace(where, phrases=())
    found = [_saying(workspace, phrase) for phrase in where.phrases]
    if where.ids is not None:
        found.append(frozenset(where.ids))
    ids = tuple(sorted(frozenset.intersection(*found)))
    return replace(where, phrases=(), ids=ids)


def both(workspace: Workspace, one: Where, other: Where) -> Where:
    """The filter that lets through what both do: what was typed and what was chosen beside it.

    Where each asks for tags of its own, ids stand in for the second's: an experience may have
    tags of both.
    """
    if one.tags and other.tags and not one.nothing and not other.nothing:
        ids = frozenset(workspace.store.ids(Where(tags=other.tags)))
        other = replace(other, tags=(), ids=_common(other.ids, tuple(sorted(ids))))
    shared = {name: _shared(getattr(one, name), getattr(other, name)) for name in ONE_VALUE}
    return replace(
        one,
        since=_latest(one.since, other.since),
        until=_earliest(one.until, other.until),
        before=_earliest(one.before, other.before),
        tags=one.tags or other.tags,
        phrases=tuple(dict.fromkeys((*one.phrases, *other.phrases))),
        ids=_common(one.ids, other.ids),
        not_ids=tuple(dict.fromkeys((*one.not_ids, *other.not_ids))),
        nothing=one.nothing or other.nothing or None in shared.values(),
        **{name: values or () for name, values in shared.items()},  # type: ignore[arg-type]
    )


def suggest(
    workspace: Workspace,
    typed: str,
    *,
    searches: Mapping[str, str] | None = None,
    most: int = MOST,
) -> tuple[Suggestion, ...]:
    """What somebody may be about to type, likeliest first; no model is asked.

    Args:
        workspace: The community.
        typed: What is typed so far.
        searches: The actor's saved searches: name to what they search for.
        most: How many suggestions at most.
    """
    require(workspace.actor, "read")
    known = names(workspace)
    kept = _kept(workspace)
    with kept.turn:
        if kept.titles is None:
            kept.titles = Titles(titles(workspace.store))
    asked = [one.problem for one in kept_problems(workspace.store)]
    asked += problems(workspace.store, limit=PROBLEMS)
    return suggesting.suggest(
        typed,
        names=known,
        titles=kept.titles,
        searches=searches,
        problems=list(dict.fromkeys(asked)),
        most=most,
    )


@dataclass(slots=True, eq=False)
class _Kept:
    """What is known of a community as it was at one version of its store."""

    version: int
    turn: threading.Lock = field(default_factory=threading.Lock)
    people: _Shown = ()
    names: Names | None = None
    titles: Titles | None = None
    phrases: OrderedDict[str, frozenset[str]] = field(default_factory=OrderedDict)


_all_kept: WeakKeyDictionary[Workspace, _Kept] = WeakKeyDictionary()
_all_turn = threading.Lock()


def _kept(workspace: Workspace) -> _Kept:
    version = workspace.store.database.version()
    with _all_turn:
        kept = _all_kept.get(workspace)
        if kept is None or kept.version != version:
            kept = _all_kept[workspace] = _Kept(version)
        return kept


def _saying(workspace: Workspace, phrase: str) -> frozenset[str]:
    kept = _kept(workspace)
    key = " ".join(phrase.split()).casefold()
    with kept.turn:
        found = kept.phrases.pop(key, None)
        if found is None:
            found = frozenset(saying(workspace.store, phrase, among=_sharing(workspace, phrase)))
        kept.phrases[key] = found
        while len(kept.phrases) > PHRASES:
            kept.phrases.popitem(last=False)
        return found


def _sharing(workspace: Workspace, phrase: str) -> list[str] | None:
    """Ids of the experiences that have the rarest word of a phrase; None: that would not help."""
    up_to_date = workspace.indexed_version == workspace.store.database.version()
    plain = [word for word in words(phrase) if word.isalpha() and len(word) >= LETTERS]
    if not up_to_date or not plain:
        return None
    index = workspace.index
    rarities = index.idf([stem(word) for word in plain])
    rarity, rarest = max(zip(rarities, plain, strict=True))
    if rarity < RARE:
        return None
    rows = index.count()
    hits = index.search(None, rarest, k=rows, mode="lexical")
    return sorted({hit.experience for hit in hits})


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...] | None:
    """Values that both let through; None when there is none."""
    if not one or not other:
        return one or other
    there = {folded_name(value) for value in other}
    return tuple(value for value in one if folded_name(value) in there) or None


def _common(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    there = set(other)
    return tuple(id_ for id_ in one if id_ in there)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
