"""Imports in the background: how far they have come, on every page, and how they ended."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.jobs import ImportJob, forget_job, known_imports
from pipeline.views import resources
from pipeline.views.components import how_many
from pipeline.views.import_preview import changes, left_out
from pipeline.views.links import page_link
from pipeline.views.safe_text import escaped, shortened
from pipeline.views.upload import without_place

STARTED = "imports started here"
NOUNS = {"Reading": "document", "Keeping": "document", "Embedding": "passage"}
ALL_READ = 0.99
EXPLAINED = {
    "Starting": "opening it",
    "Reading": "what is new is made ready",
    "Keeping": "written to the community",
    "Loading the search model": "it makes the new experiences findable",
    "Embedding": "made findable by meaning",
}


def started(job: ImportJob) -> None:
    """Note that this session began an import, so that it goes to a new community afterwards."""
    st.session_state[STARTED] = {*st.session_state.get(STARTED, ()), job.community}
    if job.new:
        resources.forget(job.community)  # what was open under that name before is gone


def imports_here() -> None:
    """Every import that goes on or has ended and was not closed yet."""
    jobs = known_imports(resources.settings())
    _go_to_new(jobs)
    for job in reversed(jobs):
        if job.state == "running":
            st.fragment(_running, run_every=1.0)(job)
        else:
            _ended(job)


def sidebar_line(*, ended: bool) -> None:
    """One line for each import, to stand on every page.

    Args:
        ended: Whether those that have ended are told too, which the page itself may do already.
    """
    jobs = known_imports(resources.settings())
    if any(job.state == "running" for job in jobs):
        st.fragment(_lines, run_every=2.0)()
    elif ended and jobs:
        _lines()


def _go_to_new(jobs: list[ImportJob]) -> None:
    """Make a community that was just made the chosen one, in the session that asked for it."""
    mine: set[str] = st.session_state.get(STARTED, set())
    for job in jobs:
        if job.state == "running" or job.community not in mine:
            continue
        mine.discard(job.community)
        if job.state == "done" and job.new:
            st.session_state[resources.NEXT] = job.community
            st.rerun()


def _running(job: ImportJob) -> None:
    if job.state != "running":
        st.rerun()
    with st.container(border=True):
        where = f"**{_source(job)}** into **{escaped(job.community)}**"
        st.markdown(f":material/sync: Importing {where}")
        share = _share(job)
        doing = f"{job.stage}: {EXPLAINED.get(job.stage, 'one moment')}"
        if share is None:
            st.markdown(f":small[{doing}]")
        else:
            st.progress(share, text=doing)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_told(job))
            _stop(job)
        st.caption("You can use the other pages meanwhile, or close this one.")


def _stop(job: ImportJob) -> None:
    if job.can_stop:
        st.button(
            "Stopping…" if job.stopping else "Stop",
            key=f"stop {job.community}",
            icon=":material/stop_circle:",
            disabled=job.stopping,
            on_click=job.stop,
        )


def _told(job: ImportJob) -> str:
    """How much is done, how fast, and how long it still takes."""
    noun = NOUNS.get(job.stage)
    if not noun or not job.done:
        return f"{duration(job.seconds)} so far"
    whole = job.total if _share(job) is not None else None
    about = "about " if job.stage == "Reading" else ""
    of = f" of {about}{whole:,}" if whole else ""
    told = [f"{job.done:,}{of} {noun if (whole or job.done) == 1 else noun + 's'}"]
    if job.rate:
        told.append(f"{job.rate:,.0f} a second" if job.rate >= 1 else "less than one a second")
    if whole and job.seconds_left is not None:
        told.append(f"{duration(job.seconds_left)} left")
    return " · ".join(told)


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(20), duration(100), duration(7300)
    ('less than a minute', 'about 2 minutes', 'about 2 hours')
    """
    if seconds < 50:
        return "less than a minute"
    if seconds < 5400:
        return f"about {how_many(max(1, round(seconds / 60)), 'minute')}"
    return f"about {how_many(round(seconds / 3600), 'hour')}"


def _share(job: ImportJob) -> float | None:
    """How far the stage is, 0 to 1; None while that is not known.

    Where all was read before the first document came out of it, its size tells nothing.
    """
    if not job.total or job.stage not in NOUNS:
        return None
    share = min(job.done / job.total, 1.0)
    return None if job.stage == "Reading" and share > ALL_READ else share


def _lines() -> None:
    """How far each import is, and once it has ended where to read how.

    A page is drawn anew by it only where it stands empty for want of a community.
    """
    if not resources.chosen() and resources.names():
        st.rerun()
    for job in known_imports(resources.settings()):
        name = escaped(shortened(job.source, 40))
        if job.state == "running":
            share = _share(job)
            far = f"{job.stage.lower()}, {share:.0%}" if share is not None else job.stage.lower()
            st.caption(f":material/sync: Importing {name}: {far}")
        else:
            told = "has been imported" if job.state == "done" else "was not imported"
            st.caption(f"{name} {told}.")
            page_link("contribute", "See how it went", icon=":material/arrow_forward:")


def _ended(job: ImportJob) -> None:
    """How an import ended; stays until somebody closes it."""
    with st.container(border=True, key=f"ended {job.community}"):
        if job.state == "done":
            _done(job)
        elif job.state == "stopped":
            st.info(f"{_source(job)}: {escaped(job.error)}", icon=":material/stop_circle:")
        else:
            told = escaped(without_place(job.error))
            st.error(f"{_source(job)} was not imported. {told}", icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.state == "done":
                page_link(
                    "ask", f"Ask {escaped(shortened(job.community, 40))} a question",
                    icon=":material/search:", community=job.community,
                )  # fmt: skip
            st.button(
                "Close",
                key=f"close {job.community}",
                icon=":material/close:",
                on_click=forget_job,
                args=(resources.settings(), job.community),
            )


def _done(job: ImportJob) -> None:
    report = job.report
    if report is None:
        return
    told = f"Imported {_source(job)} into {escaped(job.community)}. {changes(report, would=False)}"
    if report.removed:
        told += f"; {report.removed:,} are no longer in it and were kept"
    st.success(f"{told}.", icon=":material/check_circle:")
    left_out(report, done=True)


def _source(job: ImportJob) -> str:
    return escaped(shortened(job.source, 80))
