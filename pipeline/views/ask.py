"""Ask: a problem in, the related experiences of others out, and the questions underneath."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.asking import LONGEST, example_problems
from pipeline.flow.exploring import count
from pipeline.flow.workspace import Workspace
from pipeline.views import resources
from pipeline.views.answer import answer_page, first_page
from pipeline.views.components import heading, telling
from pipeline.views.empty import no_community, no_experiences
from pipeline.views.filters import chosen_filter, filter_count, filters
from pipeline.views.links import pass_on, take_up
from pipeline.views.lived import kept_open
from pipeline.views.safe_text import escaped, shortened
from pipeline.views.saved import ran, saved_popover

PLACEHOLDER = (
    "Say what you face in your own words: what happens, what you tried, what you take for "
    "granted. A sentence will do; a whole story too."
)

OPERATORS = (
    "You can narrow a search as you type: `tag:` `author:` `discipline:` `outcome:` `source:` "
    '`before:2021` `after:2019-05` and an `"exact phrase"`. A value with spaces stands in quotes.'
)


def page() -> None:
    """The page, from an empty form to an answer."""
    heading("What are you facing?", "See what others lived through, and what to ask yourselves.")
    if not resources.chosen():
        no_community()
        return
    with telling():
        opened = resources.workspace()
        if not count(opened):
            no_experiences(opened.community)
            return
        take_up("problem", key="problem")
        _form(opened)
        problem = pass_on("problem", key="problem")
        saved_popover(opened, problem, chosen_filter(resources.facets_of(opened)))
        if problem:
            answer_page(opened, problem, chosen_filter(resources.facets_of(opened)))
            ran(opened)
        else:
            kept_open(opened)
            _suggest(opened)


def _form(opened: Workspace) -> None:
    facets = resources.facets_of(opened)
    with st.form("ask"):
        st.text_area(
            "Your problem",
            key="problem",
            height=120,
            max_chars=LONGEST,
            placeholder=PLACEHOLDER,
            help=OPERATORS,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button(
                "Find related experiences",
                type="primary",
                icon=":material/search:",
                on_click=first_page,
            )
            number = filter_count(chosen_filter(facets))
            label = f"Narrow down ({number})" if number else "Narrow down"
            with st.popover(label, icon=":material/tune:", type="tertiary"):
                filters(facets)


def _suggest(opened: Workspace) -> None:
    st.markdown("##### Not sure where to begin? Try one of these")
    for number, problem in enumerate(example_problems(opened)):
        st.button(
            escaped(shortened(problem, 150)),
            key=f"example-{number}",
            on_click=_take,
            args=(problem,),
            width="stretch",
        )


def _take(problem: str) -> None:
    st.session_state["problem"] = problem
    first_page()


if __name__ == "__main__":
    page()
