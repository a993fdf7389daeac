"""Why an experience is related, sentence by sentence: yours beside theirs, and what both share."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.records import Quote, Related
from pipeline.views.safe_text import escaped, highlighted, listed

MOST_WORDS = 8  # shared words that are named


def why_related(related: Related) -> None:
    """An expander with sentence pairs, what both share, and one difference."""
    why = related.why
    if not (why.pairs or why.facets or why.shared_terms):
        return
    with st.expander("Why it is related"):
        for pair in why.pairs:
            yours, theirs = st.columns(2)
            with yours:
                st.markdown(f":gray[You say]\n\n> {_marked(pair.asked, pair.asked_words)}")
            with theirs:
                st.markdown(f":gray[They say]\n\n> {_marked(pair.told, pair.told_words)}")
        if why.shared_terms:
            words = listed([f"“{term}”" for term in why.shared_terms[:MOST_WORDS]])
            st.markdown(f"**Words in both:** {escaped(words)}")
        if why.facets:
            st.markdown(f"**Shared:** {escaped(', '.join(why.facets))}")
        if why.difference:
            st.markdown(f"**A difference:** {escaped(why.difference)}")


def _marked(sentence: Quote, words: Sequence[Quote]) -> str:
    spans = [(word.start - sentence.start, word.end - sentence.start) for word in words]
    return highlighted(sentence.text, spans).replace("\n", " ")
