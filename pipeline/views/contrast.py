"""Two experiences side by side: the one that found otherwise, and the one it speaks against."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pipeline.flow.workspace import Workspace
from pipeline.records import Contrast, Experience, Quote, Related
from pipeline.views.cards import foot, whole
from pipeline.views.components import facts_line, outcome_chip, quote_block, title_of
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped, shortened

KINDS = {
    "outcome": "The opposite outcome",
    "insight": "A contradicting insight",
    "stance": "People stood the other way",
}
SHOWN = 160  # characters of one side of a difference


def counter_card(
    workspace: Workspace, related: Related, others: Mapping[str, Experience], *, section: str
) -> None:
    """A counter-experience beside what it contradicts, and what differs between the two.

    Args:
        workspace: The community.
        related: The counter-experience.
        others: Experiences by id, among them the one that it contradicts.
        section: Keeps the widgets of two lists apart.
    """
    experience, contrast = related.experience, related.contrast
    key = f"{section}-{experience.id}"
    with st.container(border=True, key=f"card-{key}"):
        if contrast is None or contrast.against not in others:
            _alone(related)
        else:
            _beside(related, contrast, others[contrast.against])
        with st.expander("Read the whole experience"):
            whole(experience)
        foot(workspace, experience, key)


def _alone(related: Related) -> None:
    st.markdown(f"#### {title_of(related.experience)}")
    st.markdown(facts_line(related.experience, related.outcomes))
    st.markdown(f"*{escaped(related.why.line)}*")


def _beside(related: Related, contrast: Contrast, other: Experience) -> None:
    hint = "" if contrast.clear else " :gray-badge[a hint, perhaps about something else]"
    st.markdown(f":orange-badge[{KINDS[contrast.kind]}]{hint}")
    here, there = st.columns(2)
    with here:
        _side(related.experience, _said(related, contrast))
    with there:
        _side(other, [q for q in contrast.words if q.experience == other.id])
        page_link(HIDDEN, "Open this one", icon=":material/article:", id=other.id)
    if contrast.shares:
        st.markdown(f"**Both:** {escaped(', '.join(contrast.shares))}")
    if contrast.differs:
        st.markdown("**What differs**")
        for one in contrast.differs:
            told = (escaped(shortened(side, SHOWN)) for side in (one.here, one.there))
            st.markdown(f"{escaped(one.facet.capitalize())}: {' :gray[against] '.join(told)}")


def _said(related: Related, contrast: Contrast) -> list[Quote]:
    """What the counter-experience says: its part of the contradiction, else what matches best."""
    own = [quote for quote in contrast.words if quote.experience == related.experience.id]
    return own or list(related.why.sentences[:1])


def _side(experience: Experience, quotes: list[Quote]) -> None:
    st.markdown(f"**{title_of(experience)}**")
    facts = [experience.discipline, str(experience.year or "")]
    told = " · ".join(escaped(shortened(fact, 60)) for fact in facts if fact)
    st.markdown(f"{outcome_chip(experience.status)} {told}")
    for quote in quotes:
        st.markdown(quote_block(quote.text))
