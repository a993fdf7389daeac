"""Related experiences as cards: what happened, how it turned out, why it is related."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import streamlit as st

from pipeline.flow.asking import precedent_means
from pipeline.flow.ledger import LONGEST_CONTEXT, TRIED, tried
from pipeline.flow.workspace import Workspace
from pipeline.records import Answer, Experience, Outcome, Precedent, Related
from pipeline.views.components import (
    WORDS,
    day,
    excerpt,
    facts_line,
    how_many,
    origin_line,
    outcome_chip,
    telling,
    title_of,
)
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.related_why import why_related
from pipeline.views.safe_text import escaped, visible

EARLIEST = date(1900, 1, 1)
PRECEDENT: dict[Precedent, str] = {
    "strong": "Strong precedent.",
    "weak": "Weak precedent.",
    "none": "No precedent.",
}
PARTS = {
    "situation": "Situation",
    "action": "What was done",
    "outcome": "What followed",
    "insight": "What they drew from it",
    "body": "",
}


def precedent_line(answer: Answer) -> None:
    """How strong the precedent is, and what that means for the reader."""
    st.markdown(f"**{PRECEDENT[answer.precedent]}** {escaped(precedent_means(answer))}")


def card(workspace: Workspace, related: Related, *, section: str) -> None:
    """One related experience. `section` keeps the widgets of two lists apart."""
    experience = related.experience
    key = f"{section}-{experience.id}"
    with st.container(border=True, key=f"card-{key}"):
        st.markdown(f"#### {title_of(experience)}")
        st.markdown(facts_line(experience, related.outcomes))
        if related.why.line:
            st.markdown(f"*{escaped(related.why.line)}*")
        if related.moved:
            st.markdown(f":gray[:small[Its place: {escaped(related.moved)}]]")
        if related.passages:
            st.markdown(_quoted(related))
        if related.duplicates:
            st.caption(f"{how_many(len(related.duplicates), 'near-identical record')} left out.")
        why_related(related)
        with st.expander("Read the whole experience"):
            whole(experience)
        foot(workspace, experience, key)


def whole(experience: Experience) -> None:
    """An experience in full: its parts under headings, or its posts with who wrote them."""
    if not experience.parts:
        st.text(visible(experience.text))
    for part in experience.parts:
        text = visible(experience.text[part.start : part.end])
        told = PARTS.get(part.name) or " · ".join(t for t in (part.author, day(part.created)) if t)
        if told:
            st.markdown(f":gray[**{escaped(told)}**]")
        st.text(text)
    if experience.tags:
        st.markdown(" ".join(f":gray-badge[{escaped(tag)}]" for tag in experience.tags[:20]))
    source = origin_line(experience)
    if source:
        st.markdown(f":small[{source}]")


def outcome_form(workspace: Workspace, experience: Experience, *, key: str) -> None:
    """Ask how it turned out when somebody tried it, and keep the answer in the ledger."""
    with st.form(f"outcome-{key}", border=False, clear_on_submit=True):
        st.markdown("Did you try this, or do you know how it went on?")
        status = st.selectbox(
            "How it turned out", TRIED, index=None, placeholder="Choose one",
            format_func=lambda s: WORDS[s].capitalize(),
        )  # fmt: skip
        context = st.text_area(
            "Where and under which conditions", max_chars=LONGEST_CONTEXT, height=80,
            placeholder="For example: a ward of 20 beds, after six months",
        )  # fmt: skip
        when = st.date_input("When", value="today", min_value=EARLIEST, max_value="today")
        sent = st.form_submit_button("Record it", type="primary")
    if sent and status is None:
        st.warning("Say how it turned out.")
    elif sent and status is not None:
        day_ = datetime(when.year, when.month, when.day, tzinfo=UTC) if when else None
        with telling():
            with workspace.turn:
                changed = tried(workspace, experience.id, status, context=context or "", date=day_)
            st.success(f"Recorded. It now stands as {outcome_chip(changed.status)}")


def ledger(outcomes: Sequence[Outcome]) -> None:
    """Every entry of the ledger, oldest first."""
    for entry in outcomes:
        told = [outcome_chip(entry.status), day(entry.date), escaped(entry.author or "")]
        context = f"  \n{escaped(entry.context)}" if entry.context else ""
        st.markdown(f"{' · '.join(t for t in told if t)}{context}")


def _quoted(related: Related) -> str:
    passages = {p.id: p for p in related.passages}
    for passage in passages.values():
        inside = [q for q in related.why.sentences if passage.start <= q.start < passage.end]
        if inside:
            return excerpt(passage, inside)
    return excerpt(related.passages[0], ())


def foot(workspace: Workspace, experience: Experience, key: str) -> None:
    """What can be done with an experience: more like it, tell how it went, see its source."""
    with st.container(horizontal=True, vertical_alignment="center"):
        page_link(HIDDEN, "More like this", icon=":material/more_horiz:", id=experience.id)
        with st.popover("I tried this", icon=":material/rate_review:", type="tertiary"):
            outcome_form(workspace, experience, key=key)
        source = origin_line(experience)
        if source:
            st.markdown(f":small[{source}]")
