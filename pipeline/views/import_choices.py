"""How something is imported: into which community, under which name, and what about people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pipeline.flow.importing import SavedChoices, saved_choices
from pipeline.flow.opening import formats
from pipeline.flow.preparing import DEFAULT_PRIVACY, Privacy
from pipeline.views import resources
from pipeline.views.upload import Given

NEW = "A new community"
AUTO = "auto"
NAME, SUGGESTED = "new community", "suggested community"


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that `import_source` is told."""

    community: str
    source: str
    format: str = AUTO
    mapping: Mapping[str, str] = field(default_factory=dict)
    privacy: Privacy = DEFAULT_PRIVACY

    @property
    def known(self) -> bool:
        """Whether the community is there already."""
        return self.community in resources.names()

    def how(self) -> dict[str, Any]:
        """As keywords of `import_source`."""
        return {
            "source": self.source,
            "format": self.format,
            "mapping": dict(self.mapping) or None,
            "privacy": self.privacy,
        }


def community_and_name(given: Given | None) -> tuple[str, str]:
    """Where it goes and what the source is called; either may still be empty."""
    left, right = st.columns(2)
    with left:
        community = _community(given)
    with right:
        source = st.text_input(
            "Keep it under the name",
            value=given.stem[:100] if given else "",
            key=f"source {given.key if given else ''}",
            max_chars=100,
            disabled=given is None,
            help="Bringing in the same name again adds only what is new or changed.",
        )
    return community, source.strip() or (given.stem[:100] if given else "")


def before(community: str, source: str) -> SavedChoices:
    """How this source was imported before."""
    if community not in resources.names():
        return SavedChoices()
    return saved_choices(resources.open_community(community), source)


def people(saved: Privacy, *, key: str) -> Privacy:
    """Two switches: what is done about the people in it, and what that means."""
    left, right = st.columns(2)
    with left:
        names = st.toggle("Keep names", value=saved.keep_names, key=f"names {key}")
        st.caption(
            "Authors are kept as the source names them, for everybody here to read."
            if names
            else "Authors become pseudonyms such as member-1a2b3c."
        )
    with right:
        contacts = st.toggle(
            "Keep e-mail addresses, phone numbers and keys",
            value=saved.keep_contacts,
            key=f"contacts {key}",
        )
        st.caption(
            "They stay in the text, passwords and access keys of services too."
            if contacts
            else "They are taken out of the text; most are found, not all."
        )
    return Privacy(keep_names=names, keep_contacts=contacts)


def chosen_format(*, key: str) -> str:
    """The format, when the person knows better than what was recognised."""
    titles = {AUTO: "Recognise it", **{name: title for name, title, _ in formats()}}
    chosen = st.selectbox(
        "Read it as", list(titles), format_func=lambda name: titles[name], key=f"format {key}"
    )
    return chosen or AUTO


def _community(given: Given | None) -> str:
    names = resources.names()
    current = resources.chosen()
    into = st.selectbox(
        "Into the community",
        [*names, NEW],
        index=names.index(current) if current in names else len(names),
    )
    if into != NEW:
        return into or ""
    _suggest(given.stem if given else "")
    told = st.text_input(
        "Name of the new community", key=NAME, max_chars=63, placeholder="for example night-nurses"
    )
    return community_name(told)


def community_name(told: str) -> str:
    """A name as communities have it; empty when nothing of it can be used.

    >>> community_name("Night Shift (Ward 7)"), community_name("!")
    ('night-shift-ward-7', '')
    """
    return re.sub(r"[^a-z0-9_-]+", "-", told.strip().lower()).strip("-_")[:63]


def _suggest(stem: str) -> None:
    """Begin with the name of what was given, until the person writes another."""
    state = st.session_state
    if state.get(NAME, "") == state.get(SUGGESTED, ""):
        state[NAME] = state[SUGGESTED] = community_name(stem.replace("_", "-"))
