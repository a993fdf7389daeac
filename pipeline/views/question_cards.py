"""Reflection questions with their evidence, shown while they become better."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pipeline.flow.care import can_reword
from pipeline.flow.exploring import experiences
from pipeline.flow.reflecting import questions_stream
from pipeline.flow.workspace import Workspace
from pipeline.records import Answer, Experience, Pattern, Question, QuestionSet, Quote, Stance
from pipeline.views.components import how_many, quote_block, title_of
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped

STANCES: dict[Stance, str] = {
    "supports": "For",
    "contradicts": "Against",
    "context": "Beside it",
}
KINDS = {
    "agreement": "Agreement",
    "tension": "Tension",
    "outlier": "One apart",
    "drift": "Changed over time",
    "cross-field": "Across fields",
}

NONE_PASSED = "No question passed every check; those rejected are below, with the reasons."
NONE_DRAFTED = (
    "No question could be drafted from so few words. Say more about the problem: what happens, "
    "to whom, and what you have tried."
)


def drafted_questions(workspace: Workspace, answer: Answer, *, count: int) -> QuestionSet | None:
    """Show the questions of an answer, drafting them unless this session has them already."""
    model = _rewording(workspace)
    found = [related.experience.id for related in answer.related]
    key = repr((workspace.community, answer.problem, count, model, found))
    kept: dict[str, QuestionSet] = st.session_state.setdefault("questions", {})
    told, place = st.empty(), st.empty()
    if key in kept:
        with place.container():
            question_set(workspace, kept[key])
    else:
        with told:
            _draft(workspace, answer, count=count, model=model, key=key, place=place, kept=kept)
        told.empty()
    return kept.get(key)


def _rewording(workspace: Workspace) -> str | None:
    """The small model's name if the reader wants it to try; it is offered where it is here."""
    if not can_reword(workspace.settings):
        return None
    told = (
        "It takes some seconds for each question, and the program keeps its own words where they "
        "are better."
    )
    wanted = st.toggle("Let the small local model try other words", key="reword", help=told)
    return "embedded" if wanted else None


def question_set(workspace: Workspace, drafted: QuestionSet) -> None:
    """The questions shown, the note on how they came about, and those rejected."""
    cited = _cited(workspace, drafted)
    if not drafted.questions:
        st.info(NONE_PASSED if drafted.rejected else NONE_DRAFTED, icon=":material/edit:")
    for question in drafted.questions:
        question_card(question, cited)
    if drafted.note:
        st.caption(escaped(drafted.note))
    if drafted.rejected:
        with st.expander(f"{how_many(len(drafted.rejected), 'draft')} rejected, and why"):
            for question in drafted.rejected:
                reasons = escaped("; ".join(question.reasons))
                st.markdown(f"{escaped(question.text)}  \n:gray[:small[{reasons}]]")


def question_card(question: Question, cited: Mapping[str, Experience]) -> None:
    """One question: what it opens up, what it replaces, and the receipts."""
    with st.container(border=True):
        loop = "violet" if question.loop == "double" else "gray"
        badges = f":blue-badge[{question.lens}] :{loop}-badge[{question.loop} loop]"
        st.markdown(badges)
        st.markdown(f"### {escaped(question.text)}")
        if question.assumption:
            st.markdown(f"**The assumption:** {escaped(question.assumption)}")
        if question.sibling:
            st.markdown(f":gray[Instead of: {escaped(question.sibling)}]")
        if question.evidence:
            with st.expander(_evidence_label(question)):
                for quote in question.evidence:
                    evidence(quote, cited)
        st.caption(_drafted_by(question))


def pattern_card(pattern: Pattern, cited: Mapping[str, Experience]) -> None:
    """A pattern: its claim, how many experiences and people stand behind it, the quotes."""
    with st.container(border=True):
        st.markdown(f":orange-badge[{KINDS[pattern.kind]}]")
        st.markdown(f"**{escaped(pattern.claim)}**")
        counts = how_many(pattern.experiences, "experience")
        people = f" of {how_many(pattern.authors, 'author')}" if pattern.authors > 1 else ""
        st.caption(f"{counts}{people} · {pattern.status}")
        if pattern.assumption:
            st.markdown(f"Underneath: {escaped(pattern.assumption)}")
        if pattern.holds_when:
            st.markdown(f"Holds when: {escaped(pattern.holds_when)}")
        with st.expander(how_many(len(pattern.quotes), "quote")):
            for quote in pattern.quotes:
                evidence(quote, cited)


def evidence(quote: Quote, cited: Mapping[str, Experience]) -> None:
    """A verbatim quote, whether it speaks for or against, and the way to its experience."""
    st.markdown(f":gray[{STANCES[quote.stance]}]\n\n{quote_block(quote.text)}")
    experience = cited.get(quote.experience)
    if experience is not None:
        st.markdown(f":small[{title_of(experience)}]")
        page_link(HIDDEN, "Open the experience", icon=":material/article:", id=experience.id)


def _draft(
    workspace: Workspace,
    answer: Answer,
    *,
    count: int,
    model: str | None,
    key: str,
    place: st.delta_generator.DeltaGenerator,
    kept: dict[str, QuestionSet],
) -> None:
    newest: QuestionSet | None = None
    with st.status("Looking for the assumptions underneath…") as status:
        stream = questions_stream(
            workspace, answer.problem, answer=answer, count=count, model=model
        )
        for newest in stream:
            status.update(label="First questions are here; looking for better wording…")
            with place.container():
                question_set(workspace, newest)
    if newest is not None:
        kept[key] = newest


def _cited(workspace: Workspace, drafted: QuestionSet) -> Mapping[str, Experience]:
    quotes = [q for question in drafted.questions for q in question.evidence]
    quotes += [q for pattern in drafted.patterns for q in pattern.quotes]
    return experiences(workspace, sorted({quote.experience for quote in quotes}))


def _evidence_label(question: Question) -> str:
    told = [
        f"{sum(q.stance == stance for q in question.evidence)} {name.lower()}"
        for stance, name in STANCES.items()
        if any(q.stance == stance for q in question.evidence)
    ]
    return f"Evidence: {', '.join(told)}"


def _drafted_by(question: Question) -> str:
    made = [question.drafted_by, question.model, question.prompt]
    return f"Drafted by: {escaped(' · '.join(part for part in made if part))}"
