"""Who has lived this, and a problem kept open where nobody has."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.flow import open_problems
from pipeline.flow.workspace import Workspace
from pipeline.records import Answer, Lived, Notice, OpenProblem, Where
from pipeline.views.components import day, how_many, telling
from pipeline.views.links import HIDDEN, page_link
from pipeline.views.safe_text import escaped, shortened

SHOWN = 6  # people
TITLE = 80  # characters of a problem or title in a list


def people(answer: Answer) -> None:
    """People who agreed to be named, with their experiences, and how many others there are."""
    lived = answer.lived
    asked = answer.precedent == "none"
    st.header("Whom to ask" if asked else "Who has lived this", anchor="people")
    if asked and lived.people:
        st.markdown(":gray[They told most of what lies around this problem.]")
    titles = {one.experience.id: one.experience.title for one in answer.related}
    for person in lived.people[:SHOWN]:
        contact = f" · {escaped(person.contact)}" if person.contact else ""
        number = how_many(len(person.experiences), "experience")
        st.markdown(f"**{escaped(person.name)}** · {number}{contact}")
        for id_ in person.experiences[:2]:
            if id_ in titles:
                page_link(HIDDEN, escaped(shortened(titles[id_], TITLE)), id=id_)
    st.markdown(f":gray[{_others(lived)}]")


def _others(lived: Lived) -> str:
    if not lived.people and not lived.others:
        return "The source does not tell who wrote these."
    if not lived.others:
        return "Everybody who wrote of it agreed to be named."
    more = "others" if lived.people else "people"
    told = how_many(lived.others, more.removesuffix("s") if more == "others" else "person", more)
    return f"{told} wrote of it and did not ask to be named. A facilitator can add them."


def keep_offer(opened: Workspace, problem: str, where: Where) -> None:
    """A button that keeps the problem open, so that the next experience like it is told."""
    with telling():
        kept = {one.problem for one in open_problems.open_problems(opened)}
        if problem in kept:
            st.markdown(
                ":gray[:material/notifications: This problem is kept open. The next experience "
                "that comes near it is shown on this page.]"
            )
            return
        st.button(
            "Keep this problem open",
            icon=":material/notifications:",
            help="When somebody adds an experience that is near to it, you are told here.",
            on_click=_keep,
            args=(opened, problem, where),
        )


def came_near(opened: Workspace) -> None:
    """A line beside every page when something came near to an open problem, until it is seen."""
    unseen = sum(one.unseen for one in open_problems.open_problems(opened))
    if unseen:
        told = f"{how_many(unseen, 'new experience')} near an open problem"
        page_link("ask", told, icon=":material/notifications_active:")


def kept_open(opened: Workspace) -> None:
    """The problems that are kept open, with what came near to each since."""
    problems = open_problems.open_problems(opened)
    if not problems:
        return
    told = open_problems.notices(opened)
    unseen = sum(one.unseen for one in problems)
    label = f"Open problems ({len(problems)})"
    if unseen:
        label += f": {how_many(unseen, 'new experience')} came near"
    with st.expander(label, icon=":material/notifications:", expanded=bool(unseen)):
        for problem in problems:
            _problem(opened, problem, [one for one in told if one.problem == problem.id])
    open_problems.see(opened, told)


def _problem(opened: Workspace, problem: OpenProblem, told: Sequence[Notice]) -> None:
    with st.container(border=True, key=f"open-{problem.id}"):
        st.markdown(f"**{escaped(shortened(problem.problem, 2 * TITLE))}**")
        st.caption(f"Kept open since {day(problem.kept)}")
        if not told:
            st.markdown(":gray[Nothing came near to it yet.]")
        for notice in told:
            new = "" if notice.seen else " :green-badge[new]"
            page_link(
                HIDDEN, f"{escaped(shortened(notice.title, TITLE))}{new}", id=notice.experience
            )
        with st.container(horizontal=True):
            st.button(
                "Ask it again", key=f"again-{problem.id}", icon=":material/search:",
                type="tertiary", on_click=_ask, args=(problem.problem,),
            )  # fmt: skip
            st.button(
                "Close it", key=f"close-{problem.id}", icon=":material/check:",
                type="tertiary", on_click=_close, args=(opened, problem.id),
            )  # fmt: skip


def _ask(problem: str) -> None:
    st.session_state["problem"] = problem


def _keep(opened: Workspace, problem: str, where: Where) -> None:
    with telling(), opened.turn:
        open_problems.keep_open(opened, problem, where=where)


def _close(opened: Workspace, number: int) -> None:
    with telling():
        open_problems.close(opened, number)
