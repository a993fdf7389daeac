"""Communities kept open between clicks: one workspace for all sessions, opened once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pipeline.flow.care import describe
from pipeline.flow.exploring import Facets, facets
from pipeline.flow.jobs import running_imports
from pipeline.flow.workspace import Workspace, communities
from pipeline.records import Answer, Where
from pipeline.settings import Settings, load_settings

KEPT = 6  # answers a session remembers
NEXT = "next community"  # where the sidebar finds the community to go to
EVERYTHING = Where()


def settings() -> Settings:
    """The settings in force, read afresh: they cost nothing."""
    return load_settings()


def names() -> list[str]:
    """The communities there are, the sample last, so that one's own come first.

    One that an import is making at this moment is not among them until it is there.
    """
    in_force = settings()
    there = set(communities(in_force)) - {j.community for j in running_imports(in_force) if j.new}
    return sorted(there, key=lambda name: (name == "sample", name))


def chosen() -> str:
    """The community the sidebar stands on; empty when there is none yet."""
    return str(st.session_state.get("community") or "")


def workspace() -> Workspace:
    """The chosen community, open.

    Raises:
        NothingFound: There is no such community any more.
    """
    return open_community(chosen())


def open_community(community: str) -> Workspace:
    """A community by name, open.

    Raises:
        NothingFound: There is no such community.
    """
    return _opened(*_key(community))


def forget(community: str = "") -> None:
    """Open a community afresh at its next use, after it was made elsewhere; by default every one.

    One that was only changed need not be forgotten: it notices.
    """
    if community:
        _opened.clear(*_key(community))
    else:
        _opened.clear()
    _facets.clear()


def with_model(opened: Workspace) -> Workspace:
    """The workspace with its search model in memory; says so while that takes a while."""
    if not model_loaded(opened):
        told = "Loading the search model. Only the first question waits for it…"
        with st.spinner(told), opened.turn:
            _ = opened.encoder
    return opened


def model_loaded(opened: Workspace) -> bool:
    """Whether the search model is in memory already."""
    return "encoder" in opened.__dict__


def answering() -> tuple[str, str]:
    """What searches and what words the questions, in plain words; loads no model."""
    in_force = settings()
    return _answering(in_force.model_dump_json(), _in_force=in_force)


def facets_of(opened: Workspace) -> Facets:
    """What there is to filter by, counted again only when the community has changed."""
    return _facets(opened.community, version(opened), _workspace=opened)


def version(opened: Workspace) -> int:
    """A number that grows with every change to the community."""
    return int(opened.store.database.version())


def remembered(
    opened: Workspace, problem: str, where: Where, page: tuple[int, str]
) -> tuple[str, Answer | None]:
    """The key of an answer in this session, and the answer if it still holds.

    `page` is where its page begins and the order it is in.
    """
    key = repr((opened.community, version(opened), problem, where, page))
    return key, _answers().get(key)


def remember(key: str, answer: Answer) -> None:
    """Keep an answer for the clicks that follow; the oldest makes room."""
    kept = _answers()
    kept[key] = answer
    while len(kept) > KEPT:
        del kept[next(iter(kept))]


def _answers() -> dict[str, Answer]:
    kept: dict[str, Answer] = st.session_state.setdefault("answers", {})
    return kept


def _key(community: str) -> tuple[str, str, str]:
    in_force = settings()
    return str(in_force.home.absolute()), community, in_force.model_dump_json()


def _there(opened: Workspace) -> bool:
    return Path(opened.folder).is_dir()


@st.cache_resource(show_spinner=False, max_entries=16, validate=_there)
def _opened(_home: str, community: str, in_force: str) -> Workspace:
    del in_force  # only part of the key: other settings make another workspace
    return Workspace(settings(), community)


@st.cache_data(show_spinner=False, max_entries=8, ttl=60)
def _answering(named: str, *, _in_force: Settings) -> tuple[str, str]:
    del named  # only the key
    return describe(_in_force)


@st.cache_data(show_spinner=False, max_entries=32)
def _facets(community: str, version: int, *, _workspace: Workspace) -> Facets:
    del community, version  # only part of the key
    return facets(_workspace)
