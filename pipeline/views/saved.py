"""Saved searches: keep what is typed under a name, and come back to what is new."""

from __future__ import annotations

import streamlit as st

from pipeline.flow import saved_searches
from pipeline.flow.workspace import Workspace
from pipeline.records import SavedSearch, Where
from pipeline.retrieval.ordering import ORDERS
from pipeline.views import resources
from pipeline.views.answer import LIVED_FIRST, chosen_order, first_page
from pipeline.views.components import telling
from pipeline.views.filters import set_filters
from pipeline.views.safe_text import escaped, shortened

SHOWN = 70  # characters of a query in the list


def saved_popover(opened: Workspace, problem: str, where: Where) -> None:
    """The list of saved searches, and a place to keep the one that is on the page.

    Args:
        opened: The community.
        problem: What is typed now; empty when there is nothing to keep.
        where: The filter that is chosen beside it.
    """
    with st.popover(
        "Saved searches",
        icon=":material/bookmark:",
        type="tertiary",
        key="saved",
        on_change="rerun",
    ) as popover:
        if not popover.open:
            return
        with telling():
            kept = saved_searches.searches(opened)
            if not kept:
                st.markdown(":gray[None yet. Ask something, then keep it here under a name.]")
            for search in kept:
                _entry(opened, search)
            if problem:
                _keep(opened, problem, where)


def _entry(opened: Workspace, search: SavedSearch) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            escaped(shortened(search.name, 40)),
            key=f"saved-{search.id}",
            help=escaped(shortened(search.query, SHOWN)),
            on_click=_take,
            args=(opened, search),
            width="stretch",
        )
        number = _new(opened, search)
        if number:
            st.markdown(f":green-badge[{number} new]")
        st.button(
            "Forget",
            key=f"forget-{search.id}",
            icon=":material/close:",
            type="tertiary",
            on_click=_forget,
            args=(opened, search.name),
        )


def _new(opened: Workspace, search: SavedSearch) -> int:
    """How many of what it finds came since it was last run; looked up once for each change."""
    if not resources.model_loaded(opened):
        return 0
    key = (opened.community, resources.version(opened), search.id, search.last_run)
    counts: dict[object, int] = st.session_state.setdefault("new in searches", {})
    if key not in counts:
        with opened.turn:
            counts[key] = len(saved_searches.look(opened, search.name).new)
    return counts[key]


def _take(opened: Workspace, search: SavedSearch) -> None:
    st.session_state["problem"] = search.query
    st.session_state["ran search"] = search.name
    st.session_state[LIVED_FIRST] = search.order == ORDERS[0]
    set_filters(resources.facets_of(opened), search.where)
    first_page()


def ran(opened: Workspace) -> None:
    """Note that a saved search was run, once its answer is on the page."""
    name = st.session_state.pop("ran search", None)
    if name:
        with telling():
            saved_searches.seen(opened, name)


def _keep(opened: Workspace, problem: str, where: Where) -> None:
    with st.form("save search", border=False, clear_on_submit=True):
        name = st.text_input(
            "Keep this search as", max_chars=saved_searches.LONGEST_NAME,
            placeholder="For example: falls at night",
        )  # fmt: skip
        if st.form_submit_button("Keep it", icon=":material/bookmark_add:"):
            saved_searches.save(opened, name, problem, where=where, order=chosen_order())
            st.rerun()


def _forget(opened: Workspace, name: str) -> None:
    with telling():
        saved_searches.delete(opened, name)
