"""What was brought in so far, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pipeline.flow.history import imports, undo
from pipeline.flow.jobs import import_job
from pipeline.flow.opening import formats
from pipeline.flow.workspace import Workspace
from pipeline.reports import PastImport
from pipeline.views import resources
from pipeline.views.components import day, how_many, telling
from pipeline.views.progress import bar
from pipeline.views.safe_text import escaped, shortened

AT_FIRST = 20
ASKED, TOLD, ALL = "undo asked", "undone", "all imports"


def brought_in(opened: Workspace) -> None:
    """The imports of a community, newest first, each with a way to take it back."""
    told = st.session_state.pop(TOLD, None)
    if told:
        st.success(told, icon=":material/undo:")
    found = imports(opened, limit=1000)
    if not found:
        st.info(
            "Nothing was brought into this community yet. What people write down one by one is "
            "not listed here.",
            icon=":material/inbox:",
        )
        return
    going = import_job(resources.settings(), opened.community)
    busy = going is not None and going.state == "running"
    if busy:
        st.info("An import is going on; until it has ended nothing is undone.")
    titles = {name: title for name, title, _ in formats()}
    shown = found if st.session_state.get(ALL) else found[:AT_FIRST]
    for past in shown:
        _row(past, found, titles.get(past.connector, past.connector), busy=busy)
    if len(shown) < len(found):
        st.button(f"Show all {len(found):,}", on_click=lambda: st.session_state.update({ALL: True}))
    asked = next((one for one in found if one.run == st.session_state.get(ASKED)), None)
    if asked:
        _confirm(opened, asked)


def _row(past: PastImport, found: Sequence[PastImport], title: str, *, busy: bool) -> None:
    with (
        st.container(border=True, key=f"import {past.run}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container():
            st.markdown(f"**{escaped(shortened(past.source, 80))}** · {escaped(title)}")
            who = escaped(shortened(past.actor, 40))
            back = f"  \nUndone {_moment(past.undone)}" if past.undone else ""
            st.caption(f"{_moment(past.started)}, by {who}  \n{_did(past)}{back}")
        if past.undone:
            st.badge("undone", color="gray")
            return
        why_not = _why_not(past, found)
        st.button(
            "Undo",
            key=f"undo {past.run}",
            icon=":material/undo:",
            disabled=bool(why_not) or busy,
            help=why_not or None,
            on_click=lambda run: st.session_state.update({ASKED: run}),
            args=(past.run,),
        )


def _did(past: PastImport) -> str:
    told = [f"{past.added:,} added", f"{past.changed:,} changed", f"{past.removed:,} removed"]
    if past.unchanged:
        told.append(f"{past.unchanged:,} known already")
    return " · ".join(told)


def _moment(when: datetime) -> str:
    here = when.astimezone()
    return f"{day(here)}, {here:%H:%M}"


def _why_not(past: PastImport, found: Sequence[PastImport]) -> str:
    """Why an import cannot be undone now; empty when it can."""
    if past.can_undo:
        return ""
    if any(o.source == past.source and o.run > past.run and not o.undone for o in found):
        return "A later import of the same name has to be undone first."
    return "It is from before imports could be undone."


def _forget_asked() -> None:
    st.session_state.pop(ASKED, None)


@st.dialog("Undo this import?", icon=":material/undo:", on_dismiss=_forget_asked)
def _confirm(opened: Workspace, past: PastImport) -> None:
    """Say what will go, and let it go only when that was confirmed."""
    st.markdown(f"**{escaped(shortened(past.source, 80))}**, {_moment(past.started)}")
    st.markdown("\n".join(f"- {line}" for line in _consequences(past)))
    agreed = True
    if past.known_later:
        lost = how_many(past.known_later, "outcome")
        st.warning(f"People here recorded {lost} on what it added.", icon=":material/warning:")
        agreed = st.checkbox(f"Lose {'it' if past.known_later == 1 else 'them'} for good")
    with st.container(horizontal=True):
        sure = st.button("Undo it", type="primary", disabled=not agreed, key="undo it")
        st.button("Keep it", on_click=_forget_asked, key="keep it")
    if sure:
        with telling():
            _undo(opened, past, lose_entries=bool(past.known_later))
    elif ASKED not in st.session_state:
        st.rerun()


def _undo(opened: Workspace, past: PastImport, *, lose_entries: bool) -> None:
    resources.with_model(opened)
    with bar("Undoing it…") as progress, opened.turn:
        undo(opened, past.run, lose_entries=lose_entries, progress=progress)
    _forget_asked()
    st.session_state[TOLD] = f"Undone: {escaped(shortened(past.source, 80))} is as it was before."
    st.rerun()


def _consequences(past: PastImport) -> list[str]:
    told = []
    if past.added:
        told.append(f"{how_many(past.added, 'experience')} that it added will go.")
    if past.changed:
        told.append(f"{past.changed:,} that it changed will be as before.")
    if past.removed:
        told.append(f"{past.removed:,} that it removed will come back.")
    return told or ["It added and changed nothing; only its entry is marked."]
