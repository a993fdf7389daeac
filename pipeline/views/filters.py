"""Narrowing a question down: widgets inside a form, kept in the page's address."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pipeline.flow.exploring import Facets
from pipeline.records import OUTCOME_STATUSES, OutcomeStatus, Where

MOST_TAGS = 300


def filters(facets: Facets) -> None:
    """The widgets, to stand inside a form; `chosen_filter` reads what they hold."""
    st.multiselect(
        "Discipline",
        list(facets.disciplines),
        key="discipline",
        bind="query-params",
        placeholder="Any discipline",
    )
    there = [status for status in OUTCOME_STATUSES if status in facets.outcomes]
    st.multiselect(
        "How it turned out",
        there,
        key="outcome",
        bind="query-params",
        placeholder="Any outcome",
    )
    st.multiselect(
        "Tags",
        list(facets.tags)[:MOST_TAGS],
        key="tag",
        bind="query-params",
        placeholder="Any tag",
    )
    _years(facets)
    st.text_input(
        "Author",
        key="author",
        bind="query-params",
        placeholder="For example member-1a2b3c",
        help="Authors are known here by a pseudonym only.",
    )


def chosen_filter(facets: Facets) -> Where:
    """The filter that the widgets hold now."""
    state = st.session_state
    outcomes: tuple[OutcomeStatus, ...] = tuple(state.get("outcome", ()))
    author = str(state.get("author") or "").strip()
    first, last = _whole_span(facets)
    since, until = state.get("years", (first, last))
    return Where(
        since=datetime(since, 1, 1, tzinfo=UTC) if since > first else None,
        until=datetime(until, 12, 31, 23, 59, 59, tzinfo=UTC) if until < last else None,
        disciplines=tuple(state.get("discipline", ())),
        tags=tuple(state.get("tag", ())),
        outcomes=outcomes,
        authors=(author,) if author else (),
    )


def filter_count(where: Where) -> int:
    """How many kinds of filter are set.

    >>> filter_count(Where(tags=("fog", "radio"), disciplines=("aviation",)))
    2
    """
    kinds = (where.disciplines, where.tags, where.outcomes, where.authors)
    return sum(bool(kind) for kind in kinds) + bool(where.since or where.until)


def clear_filters(facets: Facets) -> None:
    """Let everything through again; for a button's callback."""
    set_filters(facets, Where())


def set_filters(facets: Facets, where: Where) -> None:
    """Let the widgets hold a filter that `chosen_filter` gave; for a button's callback.

    Values that the community no longer has are left out.
    """
    state, (first, last) = st.session_state, _whole_span(facets)
    state["discipline"] = [name for name in where.disciplines if name in facets.disciplines]
    state["outcome"] = [status for status in where.outcomes if status in facets.outcomes]
    state["tag"] = [tag for tag in where.tags if tag in list(facets.tags)[:MOST_TAGS]]
    state["author"] = where.authors[0] if where.authors else ""
    state["years"] = (
        max(where.since.year, first) if where.since else first,
        min(where.until.year, last) if where.until else last,
    )


def _years(facets: Facets) -> None:
    first, last = _whole_span(facets)
    if first < last:
        st.slider("Years", first, last, (first, last), key="years", bind="query-params")


def _whole_span(facets: Facets) -> tuple[int, int]:
    years = [year for year in facets.years if 0 < year < 10_000]
    return (min(years), max(years)) if years else (0, 0)
