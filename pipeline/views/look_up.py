"""Look something up while typing: titles, tags, fields, people, searches. No model is asked."""

from __future__ import annotations

from typing import cast

import streamlit as st

from pipeline.flow import saved_searches
from pipeline.flow.finding import Suggestion, suggest
from pipeline.flow.workspace import Workspace
from pipeline.views.components import telling
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped, shortened

KEY = "look up"
LONGEST = 60  # characters of a suggestion
ICONS = {
    "name": ":material/label:",
    "date": ":material/event:",
    "experience": ":material/article:",
    "search": ":material/bookmark:",
    "problem": ":material/history:",
}


@st.fragment
def look_up(opened: Workspace) -> None:
    """A search field that offers what may be meant; only it runs again while somebody types."""
    typed = st.text_input(
        "Look up",
        key=KEY,
        type="search",
        live=True,
        icon=":material/search:",
        placeholder="A title, tag: field: person…",
    )
    typed = (typed or "").strip()
    if not typed:
        return
    with telling():
        kept = {one.name: one.query for one in saved_searches.searches(opened)}
        offered = suggest(opened, typed, searches=kept)
        page_link(
            "ask",
            f"Search for “{escaped(shortened(typed, LONGEST))}”",
            icon=":material/search:",
            problem=typed,
        )
        for number, one in enumerate(offered):
            _offer(one, number)


def _offer(one: Suggestion, number: int) -> None:
    count = f" :gray[{one.count:,}]" if one.count is not None else ""
    label = f"{escaped(shortened(one.label, LONGEST))}{count}"
    if one.kind == "operator":
        st.button(label, key=f"offer-{number}", type="tertiary", on_click=_go_on, args=(one.text,))
    elif one.kind == "experience":
        page_link(HIDDEN, label, icon=ICONS[one.kind], id=one.experience)
    else:
        page_link("ask", label, icon=ICONS[cast(str, one.kind)], problem=one.text)


def _go_on(text: str) -> None:
    st.session_state[KEY] = text
