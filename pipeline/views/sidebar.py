"""What stands beside every page: the community, how much it knows, and what answers."""

from __future__ import annotations

import streamlit as st

from pipeline.errors import DoubleloopError
from pipeline.flow.demo import SAMPLE, SAMPLE_TITLE
from pipeline.flow.exploring import count
from pipeline.views import resources
from pipeline.views.components import how_many
from pipeline.views.import_progress import sidebar_line
from pipeline.views.links import in_address
from pipeline.views.lived import came_near
from pipeline.views.look_up import look_up
from pipeline.views.safe_text import escaped, shortened

SEEN = "community in the address"


def sidebar(page: str) -> None:
    """Choose the community; every page reads the choice from `resources.chosen`.

    Args:
        page: The page it stands beside.
    """
    with st.sidebar:
        try:
            names = resources.names()
        except DoubleloopError as error:
            st.error(escaped(str(error)))
            st.stop()
        _choose(names)
        sidebar_line(ended=page != "contribute")


def _choose(names: list[str]) -> None:
    if not names:
        st.session_state.pop("community", None)
        st.caption("No community yet")
        return
    _settle(names)
    st.selectbox("Community", names, key="community")
    in_address("community", resources.chosen())
    st.session_state[SEEN] = resources.chosen()
    if _state():
        opened = resources.workspace()
        look_up(opened)
        came_near(opened)


def _settle(names: list[str]) -> None:
    """Make up the mind: a page that sent us here, then a new address, then what it was."""
    sent = st.session_state.pop(resources.NEXT, None)
    given = st.query_params.get("community", "")
    new = given if given != st.session_state.get(SEEN) else ""
    for wanted in (sent, new, st.session_state.get("community")):
        if wanted in names:
            st.session_state["community"] = wanted
            return
        if wanted:
            told = escaped(shortened(wanted, 60))
            st.warning(f"There is no community “{told}” here. This is another one.")
    st.session_state["community"] = names[0]


def _state() -> int:
    """How much the community knows and what answers; the number of its experiences."""
    try:
        number = count(resources.workspace())
        search, words = resources.answering()
    except DoubleloopError as error:
        st.error(escaped(str(error)))
        return 0
    title = f"{SAMPLE_TITLE}: " if resources.chosen() == SAMPLE else ""
    st.caption(f"{title}{how_many(number, 'experience')}")
    st.caption(f"Search model: {escaped(search)}.  \n{escaped(words[:1].upper() + words[1:])}.")
    return number
