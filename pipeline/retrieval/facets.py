"""Facts that two share: field, tags, year, and how it turned out."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from pipeline.records import Experience
from pipeline.retrieval.readable import telling_words
from pipeline.retrieval.sayings import plain

MOST_FACETS = 4
_years = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def named_facets(problem: str, stems: Collection[str], experience: Experience) -> tuple[str, ...]:
    """Facts of an experience that the problem names too, as short clauses.

    Args:
        problem: What was asked.
        stems: Stems of its telling words.
        experience: What was found.

    >>> found = Experience("e", "t", "x", discipline="aviation", tags=("fuel", "fog"))
    >>> named_facets("Our fuel gauges in aviation", {"fuel", "gaug", "aviat"}, found)
    ('both in aviation', 'both about fuel')
    """
    named = []
    if experience.discipline and _is_named(experience.discipline, stems):
        named.append(f"both in {plain(experience.discipline)}")
    named += [f"both about {plain(tag)}" for tag in experience.tags if _is_named(tag, stems)]
    if experience.year and str(experience.year) in _years.findall(problem):
        named.append(f"both in {experience.year}")
    return tuple(named[:MOST_FACETS])


def shared_facets(one: Experience, other: Experience) -> tuple[str, ...]:
    """Facts that two experiences share, as short clauses.

    >>> one = Experience("a", "t", "x", tags=("fuel", "fog"), status="failed")
    >>> shared_facets(one, Experience("b", "t", "x", tags=("Fuel",), status="failed"))
    ('both about fuel', 'both failed')
    """
    shared = []
    if one.discipline and one.discipline == other.discipline:
        shared.append(f"both in {plain(one.discipline)}")
    tags = {tag.casefold() for tag in other.tags}
    shared += [f"both about {plain(tag)}" for tag in one.tags if tag.casefold() in tags]
    if one.year and one.year == other.year:
        shared.append(f"both in {one.year}")
    if one.status == other.status and one.status in ("worked", "failed"):
        shared.append(f"both {one.status}")
    return tuple(shared[:MOST_FACETS])


def _is_named(name: str, stems: Collection[str]) -> bool:
    own = _stems_of(name)
    return bool(own) and own <= set(stems)


@lru_cache(maxsize=4096)
def _stems_of(name: str) -> frozenset[str]:
    return frozenset(word.stem for word in telling_words(name.replace("-", " ").replace("_", " ")))
