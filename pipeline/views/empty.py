"""What a page shows when there is nothing yet: what it would show, and how to begin."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.demo import SAMPLE, SAMPLE_TITLE, load_sample
from pipeline.views import resources
from pipeline.views.components import telling
from pipeline.views.links import page_link
from pipeline.views.progress import bar


def no_community() -> None:
    """There is none on this machine: offer the sample, or one's own data."""
    with st.container(border=True):
        st.markdown("### There is no community here yet")
        st.markdown(
            "A community is what a group of people has written down about what they tried and "
            "how it turned out: a forum, reports, a table, a folder of notes."
        )
        st.markdown(
            f"To look around first, load the sample, “{SAMPLE_TITLE}”: public experiences from "
            "eight fields, aviation to education. The first time it takes about a minute."
        )
        if st.button("Load the sample community", type="primary", icon=":material/download:"):
            _load()
        page_link("contribute", "Or bring in your own", icon=":material/upload:")


def no_experiences(community: str) -> None:
    """The community is empty."""
    st.info(
        "This community has no experiences yet. Bring in a file, or write the first one down.",
        icon=":material/inbox:",
    )
    page_link("contribute", f"Contribute to {community}", icon=":material/upload:")


def _load() -> None:
    with telling():
        with bar("Loading the sample community…") as progress:
            load_sample(resources.settings(), progress=progress)
        resources.forget()
        st.session_state[resources.NEXT] = SAMPLE
        st.rerun()
