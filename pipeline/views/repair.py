"""What a page can put right itself: an index that another search model has built."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.indexing import index_community
from pipeline.views import resources
from pipeline.views.progress import bar


def rebuild_offer() -> None:
    """A button that builds the index of the chosen community anew, and then the page."""
    if not st.button("Build the index anew", type="primary", icon=":material/build:"):
        return
    opened = resources.with_model(resources.workspace())
    with bar("Building the index…") as progress, opened.turn:
        index_community(opened, rebuild=True, progress=progress)
    st.rerun()
