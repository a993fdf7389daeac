"""Facilitate: patterns and questions for a group, from a problem or a topic, to take along."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.asking import LONGEST, ask
from pipeline.flow.exploring import count, experiences, topic_map
from pipeline.flow.reflecting import EVIDENCE, as_markdown, problems_asked, topic_problem
from pipeline.flow.workspace import Workspace
from pipeline.records import QuestionSet
from pipeline.views import resources
from pipeline.views.components import heading, how_many, telling
from pipeline.views.empty import no_community, no_experiences
from pipeline.views.links import in_address, pass_on, preset, take_up
from pipeline.views.question_cards import drafted_questions, pattern_card
from pipeline.views.safe_text import escaped, shortened

PROBLEM, BEFORE, TOPIC = "A problem", "One asked before", "A topic"
FEWEST, MOST, USUAL = 3, 8, 5


def page() -> None:
    """The page: choose what the group meets about, then draft."""
    heading(
        "Prepare a reflection",
        "Patterns in what the community lived through, and questions that open up what is "
        "taken for granted.",
    )
    if not resources.chosen():
        no_community()
        return
    with telling():
        opened = resources.workspace()
        if not count(opened):
            no_experiences(opened.community)
            return
        told, number = _chosen(opened)
        if told:
            _prepared(opened, told, number)


def _chosen(opened: Workspace) -> tuple[str, int]:
    """What the group meets about, as a problem, and how many questions it wants."""
    begin = TOPIC if st.query_params.get("topic") else PROBLEM
    st.session_state.setdefault("begin", begin)
    st.segmented_control("Begin with", (PROBLEM, BEFORE, TOPIC), key="begin", required=True)
    how = st.session_state["begin"]
    if how == TOPIC:
        topic, number = _topic(opened)
        return (topic_problem(opened, topic) if topic else ""), number
    return _problem() if how == PROBLEM else _before(opened)


def _problem() -> tuple[str, int]:
    take_up("problem", key="met problem")
    with st.form("facilitate", border=False):
        st.text_area(
            "The problem the group faces",
            key="met problem",
            height=100,
            max_chars=LONGEST,
            placeholder="For example: we keep meeting our targets, and residents keep complaining.",
        )
        number = _number()
        st.form_submit_button("Draft questions", type="primary")
    return pass_on("problem", key="met problem"), number


def _before(opened: Workspace) -> tuple[str, int]:
    asked = problems_asked(opened)
    if not asked:
        st.info("No questions were drafted in this community yet.", icon=":material/history:")
        return "", USUAL
    told = st.selectbox("Asked before", asked, format_func=lambda p: shortened(p, 120))
    return told or "", _number()


def _topic(opened: Workspace) -> tuple[str, int]:
    resources.with_model(opened)
    with st.spinner("Finding the topics…"):
        topics = {topic.id: topic for topic in topic_map(opened).topics}
    chosen = st.selectbox(
        "Topic",
        list(topics),
        index=preset("topic", list(topics)),
        format_func=lambda id_: f"{topics[id_].label} ({len(topics[id_].members)})",
        key="met topic",
    )
    in_address("topic", chosen or "")
    return chosen or "", _number()


def _number() -> int:
    return int(st.slider("Number of questions", FEWEST, MOST, USUAL, key="number"))


def _prepared(opened: Workspace, told: str, number: int) -> None:
    key, answer = resources.remembered(opened, told, resources.EVERYTHING, (0, f"{EVIDENCE}"))
    if answer is None:
        resources.with_model(opened)
        with st.spinner("Gathering the evidence…"), opened.turn:
            answer = ask(opened, told, k=EVIDENCE)
        resources.remember(key, answer)
    st.header("Questions", anchor=False)
    drafted = drafted_questions(opened, answer, count=number)
    if drafted is None:
        return
    _patterns(opened, drafted)
    _take_along(opened, drafted)


def _patterns(opened: Workspace, drafted: QuestionSet) -> None:
    st.header("Patterns behind them", anchor=False)
    if not drafted.patterns:
        st.markdown(":gray[No pattern is borne out by two experiences or more.]")
        return
    st.caption(f"{how_many(len(drafted.patterns), 'pattern')}, each with its quotes")
    quotes = [quote for pattern in drafted.patterns for quote in pattern.quotes]
    cited = experiences(opened, sorted({quote.experience for quote in quotes}))
    for pattern in drafted.patterns:
        pattern_card(pattern, cited)


def _take_along(opened: Workspace, drafted: QuestionSet) -> None:
    st.header("Take it along", anchor=False)
    text = as_markdown(opened, drafted)
    st.download_button(
        "Download as Markdown",
        text,
        file_name=f"questions-{opened.community}.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.expander("Copy it instead"):
        st.code(text, language="markdown", wrap_lines=True)
    st.caption(f"About: {escaped(shortened(drafted.problem, 160))}")


if __name__ == "__main__":
    page()
