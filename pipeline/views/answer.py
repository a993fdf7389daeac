"""An answer on the page: what is related, who found otherwise, other fields, people, questions."""

from __future__ import annotations

from math import ceil

import streamlit as st

from pipeline.flow.asking import MOST, NO_ELSEWHERE, PAGE, ask
from pipeline.flow.exploring import experiences
from pipeline.flow.workspace import Workspace
from pipeline.records import Answer, Where
from pipeline.retrieval.ordering import ORDERS, Order
from pipeline.views import resources
from pipeline.views.cards import card, precedent_line
from pipeline.views.components import how_many
from pipeline.views.contrast import counter_card
from pipeline.views.filters import clear_filters
from pipeline.views.links import in_address, page_link
from pipeline.views.lived import keep_offer, people
from pipeline.views.question_cards import drafted_questions
from pipeline.views.safe_text import escaped

PART = "part"  # which page of related experiences, in the address
LIVED_FIRST = "lived first"  # the switch of the order
AT_FIRST = 4  # related experiences shown before "show more"
OTHERWISE = 3  # counter-experiences shown before "show more"
QUESTIONS = 5
ORDER_HELP = (
    "On: what was tried again, and what is recent, stands a little higher; each card says so. "
    "Off: by nearness to your problem alone."
)


def answer_page(opened: Workspace, problem: str, where: Where) -> None:
    """Everything that is found for a problem, in sections that the reader can jump to."""
    answer = found(opened, problem, where)
    for note in answer.notes:
        st.markdown(f":gray[:material/info: {escaped(note)}]")
    if not answer.related and answer.offset:
        first_page()
        st.rerun()
    if not answer.related:
        st.info("Nothing passes these filters.", icon=":material/filter_alt_off:")
        st.button("Clear the filters", on_click=clear_filters, args=(resources.facets_of(opened),))
        return
    if answer.lists:
        _related(opened, answer)
        return
    precedent_line(answer)
    if answer.precedent == "none":
        keep_offer(opened, problem, where)
    _related(opened, answer)
    if answer.offset:
        st.button(
            "Back to the first page, with who found otherwise and the questions",
            icon=":material/first_page:",
            type="tertiary",
            on_click=first_page,
        )
        return
    _otherwise(opened, answer)
    _elsewhere(opened, answer)
    people(answer)
    _questions(opened, answer)


def first_page() -> None:
    """Turn back to the first page of related experiences; for what asks anew."""
    in_address(PART, "")


def chosen_order() -> Order:
    """By nearness moved by what was lived, or by nearness alone, as the switch stands."""
    return ORDERS[0] if st.session_state.get(LIVED_FIRST, True) else ORDERS[1]


def _page() -> int:
    """The page of related experiences that is turned to, which the address carries."""
    given = st.query_params.get(PART, "")
    return min(max(int(given), 1), MOST // PAGE) if given.isdecimal() and len(given) < 4 else 1


def _turned(key: str) -> None:
    page = int(st.session_state[key])
    in_address(PART, str(page) if page > 1 else "")


def found(opened: Workspace, problem: str, where: Where) -> Answer:
    """The answer to the page that is turned to, asked only when this session has not got it."""
    page = _page()
    order = chosen_order()
    offset = (page - 1) * PAGE
    key, kept = resources.remembered(opened, problem, where, (offset, order))
    if kept is not None:
        return kept
    resources.with_model(opened)
    with st.spinner("Looking through the experiences…"), opened.turn:
        answer = ask(opened, problem, k=PAGE, offset=offset, where=where, order=order)
    key, _ = resources.remembered(opened, problem, where, (offset, order))
    resources.remember(key, answer)
    return answer


def _related(opened: Workspace, answer: Answer) -> None:
    st.header(_heading(answer), anchor="related")
    with st.container(horizontal=True, vertical_alignment="center"):
        if not answer.lists and not answer.offset:
            st.markdown(f":small[Further down: {_ways(answer)}]")
        if not answer.lists:
            st.toggle("Let what was lived move the order", True, key=LIVED_FIRST, help=ORDER_HELP)
    shown = answer.related if answer.offset else answer.related[:AT_FIRST]
    for related in shown:
        card(opened, related, section="related")
    rest = answer.related[len(shown) :]
    if rest:
        with st.expander(f"Show {len(rest)} more"):
            for related in rest:
                card(opened, related, section="related")
    pages = ceil(min(answer.total, MOST) / PAGE)
    if pages > 1:
        page = min(answer.offset // PAGE + 1, pages)
        key = f"{PART}-{page}"
        st.pagination(pages, default=page, key=key, on_change=_turned, args=(key,))


def _heading(answer: Answer) -> str:
    if answer.lists:
        return how_many(answer.total, "experience")
    if answer.offset:
        first, last = answer.offset + 1, answer.offset + len(answer.related)
        return f"Related experiences {first} to {last}"
    if answer.precedent == "none":
        return f"The nearest {how_many(len(answer.related), 'experience')}"
    return how_many(len(answer.related), "related experience")


def _ways(answer: Answer) -> str:
    ways = [f"[found otherwise ({len(answer.counter)})](#otherwise)"]
    if answer.elsewhere:
        ways.append(f"[other fields ({len(answer.elsewhere)})](#elsewhere)")
    return " · ".join([*ways, "[people](#people)", "[questions](#questions)"])


def _otherwise(opened: Workspace, answer: Answer) -> None:
    st.header("Found otherwise", anchor="otherwise")
    if not answer.counter:
        st.markdown(
            ":gray[Nobody here is on record with a similar problem and an opposite outcome. "
            "That may mean agreement, or that failures were not written down.]"
        )
        return
    others = experiences(opened, [r.contrast.against for r in answer.counter if r.contrast])
    for related in answer.counter[:OTHERWISE]:
        counter_card(opened, related, others, section="counter")
    rest = answer.counter[OTHERWISE:]
    if rest:
        with st.expander(f"Show {len(rest)} more"):
            for related in rest:
                counter_card(opened, related, others, section="counter")


def _elsewhere(opened: Workspace, answer: Answer) -> None:
    st.header("The same pattern in other fields", anchor="elsewhere")
    if not answer.elsewhere:
        st.markdown(f":gray[{NO_ELSEWHERE}]")
        return
    st.markdown(
        ":gray[Found with the words of the field left out, so they may speak of something that "
        "looks quite different.]"
    )
    for related in answer.elsewhere[:2]:
        card(opened, related, section="elsewhere")
    rest = answer.elsewhere[2:]
    if rest:
        with st.expander(f"Show {len(rest)} more"):
            for related in rest:
                card(opened, related, section="elsewhere")


def _questions(opened: Workspace, answer: Answer) -> None:
    st.header("Questions to ask yourselves", anchor="questions")
    st.markdown(
        ":gray[Each holds an assumption against what others lived through. They are drafted by "
        "the program; judge them by their evidence.]"
    )
    drafted_questions(opened, answer, count=QUESTIONS)
    page_link(
        "facilitate", "Prepare a meeting on this", icon=":material/groups:", problem=answer.problem
    )
