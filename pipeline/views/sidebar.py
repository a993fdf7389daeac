"""What stands beside every page: the community, how much it knows, and what answers."""

from __future__ import annotations

import streamlit as st

from pipeline.errors import DoubleloopError
from pipeline.flow.care import describe
from pipeline.flow.demo import SAMPLE, SAMPLE_TITLE
from pipeline.flow.exploring import count
from pipeline.views import resources
from pipeline.views.components import how_many
from pipeline.views.safe_text import escaped, shortened


def sidebar() -> None:
    """Choose the community; every page reads the choice from `resources.chosen`."""
    with st.sidebar:
        st.markdown("## :primary[doubleloop]")
        st.markdown(":gray[Ask what others lived through, then ask why.]")
        try:
            names = resources.names()
        except DoubleloopError as error:
            st.error(escaped(str(error)))
            st.stop()
        _choose(names)


def _choose(names: list[str]) -> None:
    wanted = st.session_state.pop(resources.NEXT, None)
    if wanted in names:
        st.session_state["community"] = wanted
    if not names:
        st.session_state.pop("community", None)
        st.caption("No community yet")
        return
    _settle(names)
    st.selectbox("Community", names, format_func=_titled, key="community", bind="query-params")
    _state()


def _settle(names: list[str]) -> None:
    """Say so when the address or an older choice names a community that is not there."""
    for asked_for in (st.query_params.get("community"), st.session_state.get("community")):
        if asked_for and asked_for not in names:
            st.session_state.pop("community", None)
            told = escaped(shortened(asked_for, 60))
            st.warning(f"There is no community “{told}” here. This is another one.")
            return


def _titled(name: str) -> str:
    return f"{SAMPLE_TITLE} (sample)" if name == SAMPLE else name


def _state() -> None:
    try:
        number = count(resources.workspace())
        search, words = describe(resources.settings())
    except DoubleloopError as error:
        st.error(escaped(str(error)))
        return
    st.caption(how_many(number, "experience"))
    st.caption(f"Search by: {escaped(search)}  \nQuestions by: {escaped(words)}")
