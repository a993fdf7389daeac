"""Ask: a problem in, the related experiences of others out, and the questions underneath."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.asking import LONGEST, ask, example_problems
from pipeline.flow.exploring import count
from pipeline.flow.workspace import Workspace
from pipeline.records import Answer, Where
from pipeline.views import resources
from pipeline.views.cards import card, precedent_line
from pipeline.views.components import heading, how_many, telling
from pipeline.views.empty import no_community, no_experiences
from pipeline.views.filters import chosen_filter, clear_filters, filter_count, filters
from pipeline.views.links import page_link, pass_on, take_up
from pipeline.views.question_cards import drafted_questions
from pipeline.views.safe_text import escaped, shortened

FOUND = 10  # related experiences
AT_FIRST = 4  # of them shown before "show more"
QUESTIONS = 5
PLACEHOLDER = (
    "Say what you face in your own words: what happens, what you tried, what you take for "
    "granted. A sentence will do; a whole story too."
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
        if problem:
            _result(opened, problem)
        else:
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
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button(
                "Find related experiences", type="primary", icon=":material/search:"
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


def _result(opened: Workspace, problem: str) -> None:
    facets = resources.facets_of(opened)
    answer = _answer(opened, problem, chosen_filter(facets))
    if not answer.related:
        st.info("Nothing passes these filters.", icon=":material/filter_alt_off:")
        st.button("Clear the filters", on_click=clear_filters, args=(facets,))
        return
    precedent_line(answer.precedent)
    _related(opened, answer)
    _counter(opened, answer)
    st.header("Questions to ask yourselves", anchor="questions")
    st.markdown(
        ":gray[Each holds an assumption against what others lived through. They are drafted by "
        "the program; judge them by their evidence.]"
    )
    drafted_questions(opened, answer, count=QUESTIONS)
    page_link("facilitate", "Prepare a meeting on this", icon=":material/groups:", problem=problem)


def _answer(opened: Workspace, problem: str, where: Where) -> Answer:
    key, kept = resources.remembered(opened, problem, where, FOUND)
    if kept is not None:
        return kept
    resources.with_model(opened)
    with st.spinner("Looking through the experiences…"), opened.turn:
        answer = ask(opened, problem, k=FOUND, where=where)
    key, _ = resources.remembered(opened, problem, where, FOUND)
    resources.remember(key, answer)
    return answer


def _related(opened: Workspace, answer: Answer) -> None:
    number = len(answer.related)
    found = how_many(number, "related experience")
    nearest = f"The nearest {how_many(number, 'experience')}"
    st.header(nearest if answer.precedent == "none" else found, anchor="related")
    st.markdown(":small[Further down: [found otherwise](#otherwise) · [questions](#questions)]")
    for related in answer.related[:AT_FIRST]:
        card(opened, related, section="related")
    rest = answer.related[AT_FIRST:]
    if rest:
        with st.expander(f"Show {len(rest)} more"):
            for related in rest:
                card(opened, related, section="related")


def _counter(opened: Workspace, answer: Answer) -> None:
    st.header("Found otherwise", anchor="otherwise")
    if not answer.counter:
        st.markdown(
            ":gray[Nobody here is on record with a similar problem and an opposite outcome. "
            "That may mean agreement, or that failures were not written down.]"
        )
    for related in answer.counter:
        card(opened, related, section="counter")


if __name__ == "__main__":
    page()
