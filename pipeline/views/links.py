"""Pages by name, and links between them that carry what a page needs in its address."""

from __future__ import annotations

import streamlit as st

PAGES = {
    "ask": ("Ask", ":material/search:"),
    "facilitate": ("Facilitate", ":material/groups:"),
    "explore": ("Explore", ":material/scatter_plot:"),
    "contribute": ("Contribute", ":material/edit_note:"),
    "about": ("About", ":material/info:"),
}
HIDDEN = "experience"


def file_of(page: str) -> str:
    """The script of a page, as `st.Page` and `st.switch_page` name it.

    >>> file_of("ask")
    'pipeline/views/ask.py'
    """
    return f"pipeline/views/{page}.py"


def carried(**given: str) -> dict[str, str]:
    """Query parameters for another page: those given, and the community in force."""
    community = st.session_state.get("community")
    return {**({"community": community} if community else {}), **given}


def page_link(page: str, label: str, *, icon: str | None = None, **given: str) -> None:
    """A link to a page of the app. The label is read as Markdown: escape community text."""
    st.page_link(file_of(page), label=label, icon=icon, query_params=carried(**given))


def go_to(page: str, **given: str) -> None:
    """Leave this page for another one."""
    st.switch_page(file_of(page), query_params=carried(**given))
