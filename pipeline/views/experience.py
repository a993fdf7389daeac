"""One experience in full, with its ledger and what is like it. Reached by links."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.asking import more_like
from pipeline.flow.exploring import experience, linked, outcomes
from pipeline.flow.workspace import Workspace
from pipeline.records import Experience, Outcome
from pipeline.views import resources
from pipeline.views.cards import card, ledger, outcome_form, whole
from pipeline.views.components import facts_line, how_many, telling, title_of
from pipeline.views.empty import no_community
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped, shortened, web_address
from pipeline.views.safe_text import link as web_link

MOST_LINKS = 12
SAID = {
    "duplicate": "A duplicate of",
    "supersedes": "Takes the place of",
    "requires": "Builds on",
    "related": "Speaks of",
}


def page() -> None:
    """The page of the experience that the address names."""
    if not resources.chosen():
        no_community()
        return
    with telling():
        opened = resources.workspace()
        wanted = st.query_params.get("id", "")
        if not wanted:
            st.info("No experience is chosen. Find one by asking or exploring.")
            page_link("explore", "Explore", icon=":material/scatter_plot:")
            return
        found = experience(opened, wanted)
        entries = outcomes(opened, [found.id]).get(found.id, ())
        _told(opened, found, entries)
        _like_it(opened, found)


def _told(opened: Workspace, found: Experience, entries: tuple[Outcome, ...]) -> None:
    st.markdown(f"## {title_of(found)}")
    st.markdown(facts_line(found, entries))
    with st.container(border=True):
        whole(found)
    _stood(found)
    _leads_to(opened, found)
    if entries:
        with st.expander("How it went, entry by entry"):
            ledger(entries)
    with st.expander("I tried this"):
        outcome_form(opened, found, key=found.id)


def _stood(found: Experience) -> None:
    votes = found.votes
    if votes:
        st.markdown(
            f"**{how_many(votes.agree, 'person', 'people')}** agreed, **{votes.disagree:,}** "
            f"disagreed, {votes.passed:,} passed."
        )


def _leads_to(opened: Workspace, found: Experience) -> None:
    """What the source says it is a duplicate of, or is otherwise bound to."""
    for link, there in linked(opened, found)[:MOST_LINKS]:
        said = SAID[link.kind]
        if there:
            page_link(HIDDEN, f"{said}: {title_of(there)}", icon=":material/link:", id=there.id)
        elif address := web_address(link.target):
            st.markdown(f"{said}: {web_link(shortened(address.split('://', 1)[1], 60), address)}")
        else:
            st.markdown(f":gray[{said}: {escaped(shortened(link.target, 90))}]")


def _like_it(opened: Workspace, found: Experience) -> None:
    st.header("More like this", anchor=False)
    key = repr((opened.community, resources.version(opened), found.id))
    kept: dict[str, object] = st.session_state.setdefault("alike", {})
    if key not in kept:
        resources.with_model(opened)
        with st.spinner("Looking for its like…"), opened.turn:
            kept.clear()
            kept[key] = more_like(opened, found.id)
    alike = kept[key]
    if not alike:
        st.markdown(":gray[Nothing here is like it.]")
    for related in alike if isinstance(alike, tuple) else ():
        card(opened, related, section="alike")


if __name__ == "__main__":
    page()
