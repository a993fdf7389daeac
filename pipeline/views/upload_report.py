"""What an import would give, and what it gave, in words."""

from __future__ import annotations

import streamlit as st

from pipeline.flow.importing import formats
from pipeline.records import Experience, ImportReport
from pipeline.views.components import facts_line, how_many, title_of
from pipeline.views.safe_text import escaped, shortened

MOST_SKIPPED = 50
SAMPLE_LENGTH = 400


def preview(report: ImportReport) -> None:
    """The dry run: format, counts, samples, and what would be left out with the reasons."""
    titles = {name: title for name, title, _ in formats()}
    title = titles.get(report.connector, report.connector)
    st.markdown(f"**Read as {escaped(title)}.** {_counts(report, will=True)}")
    for notice in report.notices:
        st.caption(escaped(shortened(notice, 400)))
    for experience in report.samples:
        _sample(experience)
    _skipped(report)


def report_line(report: ImportReport) -> str:
    """What an import did, in one line."""
    skipped = f", {how_many(len(report.skipped), 'record')} left out" if report.skipped else ""
    return f"Imported. {_counts(report, will=False)}{skipped}."


def _counts(report: ImportReport, *, will: bool) -> str:
    told = [f"{report.added:,} {'would be new' if will else 'new'}"]
    if report.changed:
        told.append(f"{report.changed:,} changed")
    if report.unchanged:
        told.append(f"{report.unchanged:,} known already")
    return f"{how_many(report.experiences, 'experience')}: {', '.join(told)}"


def _sample(experience: Experience) -> None:
    with st.container(border=True):
        st.markdown(f"**{title_of(experience)}**")
        st.markdown(f":small[{facts_line(experience)}]")
        st.text(shortened(experience.text, SAMPLE_LENGTH))


def _skipped(report: ImportReport) -> None:
    if not report.skipped:
        return
    with st.expander(f"{how_many(len(report.skipped), 'record')} would be left out, and why"):
        lines = [f"{one.where}: {one.reason}" for one in report.skipped[:MOST_SKIPPED]]
        st.markdown("\n".join(f"- {escaped(shortened(line, 300))}" for line in lines))
        if len(report.skipped) > MOST_SKIPPED:
            st.caption(f"and {len(report.skipped) - MOST_SKIPPED:,} more")
