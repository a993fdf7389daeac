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
WIDE = {"explore"}
READING_WIDTH = 740  # pixels of the other pages, so that lines stay short enough to read


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


def preset(name: str, options: list[str]) -> int:
    """Where the address points among options; the first when it names none of them."""
    wanted = st.query_params.get(name, "")
    return options.index(wanted) if wanted in options else 0


def in_address(name: str, value: str) -> None:
    """Let the address of this page carry a choice, so that it can be passed on as a link."""
    if value:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def take_up(name: str, *, key: str) -> None:
    """Before a text widget: fill it from the address, or with what it held when last seen.

    An address that changed while the page stood, as by the browser's way back, wins too.
    """
    state, given = st.session_state, st.query_params.get(name, "")
    if key not in state:
        state[key] = given or state.get(f"kept {key}", "")
    elif given != state.get(f"seen {name}", ""):
        state[key] = given


def pass_on(name: str, *, key: str) -> str:
    """After a text widget: what it holds, which the address carries from now on."""
    state = st.session_state
    value = str(state.get(key) or "").strip()
    in_address(name, value)
    state[f"kept {key}"] = state[f"seen {name}"] = value
    return value


def page_link(page: str, label: str, *, icon: str | None = None, **given: str) -> None:
    """A link to a page of the app. The label is read as Markdown: escape community text."""
    st.page_link(file_of(page), label=label, icon=icon, query_params=carried(**given))
