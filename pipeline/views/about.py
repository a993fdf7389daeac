"""About: what this is for, what answers, and where the data are."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.care import doctor
from pipeline.views import resources
from pipeline.views.components import heading, telling
from pipeline.views.safe_text import escaped

PURPOSE = """
People who work on the same quest, often from several disciplines, learn from one another's
experiences. Most tools help them find an old answer. This one also helps them see which
assumptions produced the problem.
"""
DOUBLE_LOOP = """
- When something goes wrong, we mostly change what we **do**: that is the single loop.
- Sometimes the same trouble returns, because what we **take for granted** keeps producing it.
- The double loop asks about that: which assumption, value or measure led us here, and what did
  others find who held a different one?
- The questions here are drafted to open that up; the people who answer them decide what changes.

The idea is Chris Argyris and Donald Schön's, *Organizational Learning* (1978).
"""
DATA = """
- Every community has a folder of its own; its database holds the experiences, outcomes and
  questions. Nothing leaves this machine unless you set a hosted language model.
- Authors are kept under pseudonyms. The key to them lies apart from the database.
- To **delete a community**, close the app and delete its folder, and its file in `keys`.
- Everything else in the folder is derived and can be rebuilt.
"""
SAMPLE = """
The sample community, “Learning from what went wrong”, was written for this program from public
reports and articles. Every experience links to its source. Check the source before you rely on it.
"""
LICENCE = """
doubleloop is free software under the Apache License 2.0. Its search model, all-MiniLM-L6-v2, is
under the same licence.
"""


def page() -> None:
    """The page."""
    heading("About doubleloop", "Ask what others lived through, then ask why.")
    st.markdown(PURPOSE)
    st.header("The double loop", anchor=False)
    st.markdown(DOUBLE_LOOP)
    st.header("What answers here", anchor=False)
    _checks()
    st.header("Your data", anchor=False)
    with telling():
        home = resources.settings().home.absolute()
        st.markdown(f"They are kept in `{str(home).replace('`', '')}`.")
    st.markdown(DATA)
    st.header("Sample and licence", anchor=False)
    st.markdown(SAMPLE)
    st.markdown(LICENCE)


def _checks() -> None:
    st.markdown("What is installed, and which models are in force.")
    if not st.button("Check now", icon=":material/stethoscope:"):
        return
    with telling(), st.spinner("Looking; the search model is loaded for it…"):
        for check in doctor(resources.settings()):
            sign = ":green[:material/check:]" if check.ok else ":red[:material/close:]"
            hint = f"  \n:gray[{escaped(check.hint)}]" if check.hint and not check.ok else ""
            st.markdown(f"{sign} **{escaped(check.name)}** {escaped(check.detail)}{hint}")


if __name__ == "__main__":
    page()
