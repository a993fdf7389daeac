"""A look at what an import would give, taken once and kept for the clicks that follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TypeVar

import streamlit as st

from pipeline.basics import digest
from pipeline.errors import DoubleloopError
from pipeline.flow.import_tally import kind_of_reason
from pipeline.flow.importing import bring_in, import_source
from pipeline.flow.opening import TableColumn, formats, table_preview
from pipeline.flow.workspace import Progress
from pipeline.records import Experience
from pipeline.reports import ImportPart, ImportReport
from pipeline.views import resources
from pipeline.views.components import WORDS, day, facts_line, how_many, title_of
from pipeline.views.import_choices import Choices
from pipeline.views.progress import bar
from pipeline.views.safe_text import escaped, listed, shortened
from pipeline.views.upload import Given

FIRST = 300  # documents that are looked at before all of them are asked for
KEPT = 6  # looks that a session remembers
LOOKS = "looks"
NOBODY = "looked-at"  # stands for a community that has no name yet
MOST_PARTS, MOST_REASONS, MOST_PLACES, MOST_NOTICES = 8, 20, 3, 5
SAMPLE_LENGTH = 400
Found = TypeVar("Found")


def columns_of(given: Given, format_: str) -> tuple[TableColumn, ...]:
    """The columns of a table; none when it is no table or cannot be read."""
    try:
        with st.spinner("Recognising it…"):
            key = digest("columns", given.key, format_)
            return _once(key, lambda: table_preview(given.path, format=format_))
    except DoubleloopError:
        return ()  # looking at it tells why


def look(given: Given, choices: Choices) -> ImportReport:
    """What importing it would give: from its beginning, or all of it once that was asked for.

    Raises:
        UnreadableSource: It cannot be read, or gives nothing.
        MappingError: A table whose columns have to be told.
    """
    whole = bool(st.session_state.get(_whole(given)))
    state = resources.version(resources.open_community(choices.community)) if choices.known else 0
    key = digest(
        given.key, choices.community if choices.known else "", state, choices.source,
        choices.format, choices.mapping, asdict(choices.privacy), whole,
    )  # fmt: skip
    told = "Looking at all of it…" if whole else f"Looking at the first {FIRST} documents…"

    def take() -> ImportReport:
        with st.spinner(told), bar(told) as progress:
            return _dry_run(given, choices, limit=None if whole else FIRST, progress=progress)

    return _once(key, take)


def summary(given: Given, report: ImportReport) -> None:
    """What was recognised, and how much of what is in it."""
    titles = {name: title for name, title, _ in formats()}
    title = titles.get(report.connector, report.connector)
    st.markdown(f"##### Read as {escaped(re.sub('^A ', 'a ', title))}")
    lines = [_amount(report), _changes(report), *_fields(report), _redaction(report)]
    st.markdown("\n".join(f"- {line}" for line in lines if line))
    _parts(report.parts, titles)
    for notice in report.notices[:MOST_NOTICES]:
        st.caption(escaped(shortened(notice, 300)))
    if len(report.notices) > MOST_NOTICES:
        st.caption(f"and {how_many(len(report.notices) - MOST_NOTICES, 'more note')}")
    if report.limited:
        _limited(given)


def samples(report: ImportReport) -> None:
    """The first experiences, as they would stand."""
    if report.samples:
        st.markdown("##### How it would look")
    for experience in report.samples:
        _sample(experience)


def left_out(report: ImportReport, *, done: bool = False) -> None:
    """What was not read or would not be, by reason, with the first places."""
    total = sum(report.skipped_reasons.values())
    if not total:
        return
    would = "was" if done and total == 1 else "were" if done else "would be"
    with st.expander(f"{how_many(total, 'record')} {would} left out, and why"):
        reasons = list(report.skipped_reasons.items())
        st.markdown("\n".join(_reason(report, *one) for one in reasons[:MOST_REASONS]))
        if len(reasons) > MOST_REASONS:
            st.caption(f"and {how_many(len(reasons) - MOST_REASONS, 'more reason')}")


def _once(key: str, take: Callable[[], Found]) -> Found:
    """What was found before for this key, its error included, else what `take` finds now."""
    kept: dict[str, Found | DoubleloopError] = st.session_state.setdefault(LOOKS, {})
    if key not in kept:
        try:
            kept[key] = take()
        except DoubleloopError as error:
            kept[key] = error
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
    found = kept[key]
    if isinstance(found, DoubleloopError):
        raise found.with_traceback(None)
    return found


def _dry_run(
    given: Given, choices: Choices, *, limit: int | None, progress: Progress
) -> ImportReport:
    how = {**choices.how(), "limit": limit, "dry_run": True, "progress": progress}
    if choices.known:
        return import_source(resources.open_community(choices.community), given.path, **how)
    return bring_in(resources.settings(), NOBODY, given.path, **how)[0]


def _whole(given: Given) -> str:
    return f"all of {given.key}"


def _limited(given: Given) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"This is from the first {FIRST} documents; importing reads all of it.")
        st.button(
            "Look at all of it",
            icon=":material/visibility:",
            on_click=lambda: st.session_state.update({_whole(given): True}),
        )


def _parts(parts: Iterable[ImportPart], titles: Mapping[str, str]) -> None:
    """How each part of a mixed folder was recognised."""
    lines = [
        f"- {escaped(shortened(part.where or '.', 80))}: "
        f"{escaped(titles.get(part.connector, part.connector))}, "
        f"{how_many(part.documents, 'document')}"
        for part in parts
    ]
    if lines:
        st.markdown("\n".join(["**What is in it**\n", *lines[:MOST_PARTS]]))
    if len(lines) > MOST_PARTS:
        with st.expander(f"and {how_many(len(lines) - MOST_PARTS, 'more part')}"):
            st.markdown("\n".join(lines[MOST_PARTS : MOST_PARTS + 200]))


def _amount(report: ImportReport) -> str:
    told = how_many(report.documents, "document")
    if report.messages > report.documents:
        told += f" with {report.messages:,} messages or parts"
    if report.authors:
        told += f", by {how_many(report.authors, 'author')}"
    dates = list(dict.fromkeys(day(moment) for moment in (report.first, report.last) if moment))
    return f"{told}, {' to '.join(dates)}" if dates else told


def _changes(report: ImportReport) -> str:
    told = changes(report, would=True)
    if report.removed:
        told += f"; {report.removed:,} are no longer in it and stay as they are"
    return told


def changes(report: ImportReport, *, would: bool) -> str:
    """How many experiences are new, changed, or known already."""
    told = [f"{report.added:,} {'would be new' if would else 'new'}"]
    if report.changed:
        told.append(f"{report.changed:,} changed")
    if report.unchanged:
        told.append(f"{report.unchanged:,} known already")
    return f"{how_many(report.experiences, 'experience')}: {', '.join(told)}"


def _fields(report: ImportReport) -> list[str]:
    told = []
    if report.disciplines:
        told.append(f"Disciplines: {_counted(report.disciplines)}")
    if report.outcomes:
        outcomes = {WORDS[status]: number for status, number in report.outcomes.items()}
        told.append(f"How it turned out: {_counted(outcomes)}")
    return told


def _counted(counts: Mapping[str, int], most: int = 5) -> str:
    shown = [f"{escaped(shortened(w, 40))} ({n:,})" for w, n in list(counts.items())[:most]]
    more = f" and {len(counts) - most:,} more" if len(counts) > most else ""
    return f"{', '.join(shown)}{more}" if more else listed(shown)


def _redaction(report: ImportReport) -> str:
    plural = {"e-mail address": "e-mail addresses"}
    told = [how_many(n, kind, plural.get(kind, "")) for kind, n in report.redacted.items()]
    return f"Taken out of the text: {listed(told)}" if told else ""


def _sample(experience: Experience) -> None:
    with st.container(border=True):
        st.markdown(f"**{title_of(experience)}**")
        st.markdown(f":small[{facts_line(experience)}]")
        st.text(shortened(experience.text, SAMPLE_LENGTH))


def _reason(report: ImportReport, reason: str, number: int) -> str:
    alike = [one for one in report.skipped if kind_of_reason(one.reason) == kind_of_reason(reason)]
    said = alike[0].reason if len({one.reason for one in alike}) == 1 else reason
    places = ", ".join(escaped(shortened(one.where, 80)) for one in alike[:MOST_PLACES])
    more = ", …" if number > MOST_PLACES and places else ""
    return f"- **{number:,}** {escaped(shortened(said, 200))}  \n:gray[:small[{places}{more}]]"
