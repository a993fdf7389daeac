"""Contribute: write an experience down, or bring in what the community keeps elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from pipeline.errors import DoubleloopError
from pipeline.flow.asking import more_like
from pipeline.flow.contributing import LONGEST, Contribution, contribute
from pipeline.flow.jobs import known_imports
from pipeline.flow.workspace import Workspace
from pipeline.records import OUTCOME_STATUSES, Experience
from pipeline.views import resources
from pipeline.views.bring import bring
from pipeline.views.cards import card
from pipeline.views.components import WORDS, heading, telling, title_of
from pipeline.views.empty import no_community
from pipeline.views.import_history import brought_in
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped

WRITE, BRING, BROUGHT = "Write one down", "Bring in what you have", "What was brought in"
TEXTS = {
    "situation": ("The situation", "What was going on, and what did people take for granted?"),
    "action": ("What was done", "What did you decide, try or change?"),
    "outcome": ("What followed", "What happened then, with figures if you have them?"),
    "insight": (
        "What you draw from it",
        "Which assumption, value or measure turned out to matter?",
    ),
}


def page() -> None:
    """The page: one experience, or many at once."""
    heading(
        "Add what you lived through",
        "What failed is worth as much as what worked; somebody will face it again.",
    )
    bringing = not resources.chosen() or known_imports(resources.settings())
    begin = BRING if bringing else WRITE
    st.segmented_control(
        "How", (WRITE, BRING, BROUGHT), key="how", default=begin, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    with telling():
        if st.session_state.get("how") == BRING:
            bring()
        elif not resources.chosen():
            no_community()
        elif st.session_state.get("how") == BROUGHT:
            brought_in(resources.workspace())
        else:
            opened = resources.workspace()
            _form(opened)
            _kept(opened)


def _form(opened: Workspace) -> None:
    with st.form("contribute", enter_to_submit=False):
        st.text_input(
            "Title", key="new title", max_chars=300, placeholder="In a few words: what happened"
        )
        for name, (label, asked) in TEXTS.items():
            st.text_area(label, key=f"new {name}", placeholder=asked, height=90, max_chars=LONGEST)
        left, right = st.columns(2)
        left.selectbox(
            "How it turned out",
            OUTCOME_STATUSES,
            index=OUTCOME_STATUSES.index("unknown"),
            key="new status",
            format_func=lambda status: WORDS[status].capitalize(),
        )
        right.date_input(
            "When", value=None, key="new date", min_value=date(1800, 1, 1), max_value="today"
        )
        left.text_input("Discipline", key="new discipline", max_chars=100)
        right.text_input("Tags, with commas between", key="new tags", max_chars=300)
        left.text_input(
            "Your name", key="new author", max_chars=100,
            help="Kept as a pseudonym only; the name itself is not stored.",
        )  # fmt: skip
        right.text_input("Link to more about it", key="new origin", max_chars=500)
        st.form_submit_button("Keep it", type="primary", on_click=_keep, args=(opened,))


def _keep(opened: Workspace) -> None:
    """Keep what the form holds; empties it when that went well, and leaves it when not."""
    state = st.session_state
    try:
        with opened.turn:
            state["just kept"] = contribute(opened, _given())
    except DoubleloopError as error:
        state["not kept"] = str(error)
        return
    for name in ("title", *TEXTS, "discipline", "tags", "author", "origin"):
        state[f"new {name}"] = ""
    state["new date"], state["new status"] = None, "unknown"


def _given() -> Contribution:
    state = st.session_state
    when = state.get("new date")
    return Contribution(
        title=state["new title"],
        situation=state["new situation"],
        action=state["new action"],
        outcome=state["new outcome"],
        insight=state["new insight"],
        status=state["new status"],
        discipline=state["new discipline"],
        tags=tuple(state["new tags"].split(",")),
        date=datetime(when.year, when.month, when.day, tzinfo=UTC) if when else None,
        author=state["new author"],
        origin=state["new origin"],
    )


def _kept(opened: Workspace) -> None:
    problem = st.session_state.pop("not kept", None)
    if problem:
        st.error(escaped(problem), icon=":material/error:")
    experience: Experience | None = st.session_state.pop("just kept", None)
    if experience is None:
        return
    st.success(f"Kept: {title_of(experience)}. It can be found from now on.")
    page_link(HIDDEN, "Open it", icon=":material/article:", id=experience.id)
    resources.with_model(opened)
    with st.spinner("Looking for its like…"), opened.turn:
        alike = more_like(opened, experience.id, k=4)
    if alike:
        st.header("Others who lived something like it", anchor=False)
    for related in alike:
        card(opened, related, section="kept")


if __name__ == "__main__":
    page()
