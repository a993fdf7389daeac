"""Bring in what the community keeps elsewhere: look at it, then import it in the background."""

from __future__ import annotations

from dataclasses import asdict, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pipeline.basics import digest
from pipeline.errors import DoubleloopError, InputError, MappingError
from pipeline.flow.importing import SavedChoices
from pipeline.flow.jobs import start_import
from pipeline.flow.opening import TableColumn, formats
from pipeline.reports import ImportReport
from pipeline.views import resources
from pipeline.views.column_mapping import column_mapping, to_be_looked_at
from pipeline.views.components import how_many, telling
from pipeline.views.import_choices import (
    AUTO,
    Choices,
    before,
    chosen_format,
    community_and_name,
    people,
)
from pipeline.views.import_preview import columns_of, left_out, look, samples, summary
from pipeline.views.import_progress import imports_here, started
from pipeline.views.safe_text import escaped
from pipeline.views.upload import Given, given, next_round, without_place


def bring() -> None:
    """From choosing what to bring in to starting its import."""
    imports_here()
    there: Given | None = None
    with telling():
        there = given()
    if there is None:
        _readable()
        return
    if there.flattened:
        _flattened(there)
    community, source = community_and_name(there)
    saved = before(community, source)
    recognised = st.container(border=True)
    choices = _choices(there, Choices(community, source), saved)
    report = _looked(there, choices, recognised)
    if report is None:
        return
    samples(report)
    left_out(report)
    _offer(there, choices, report)


def _choices(there: Given, choices: Choices, saved: SavedChoices) -> Choices:
    """What the person says about format, columns and people; each preselected."""
    key = digest(there.key, saved.mapping, asdict(saved.privacy))
    privacy = people(saved.privacy, key=key)
    with st.expander("Format", icon=":material/description:"):
        format_ = chosen_format(key=there.key)
    choices = replace(choices, privacy=privacy, format=format_)
    columns = columns_of(there, format_)
    if not columns:
        return choices
    return replace(choices, mapping=_mapping(columns, saved, key=f"{key} {format_}"))


def _mapping(columns: tuple[TableColumn, ...], saved: SavedChoices, *, key: str) -> dict[str, str]:
    used = sum(bool(saved.mapping.get(column.name, column.field)) for column in columns)
    open_ = to_be_looked_at(columns, saved.mapping)
    with st.expander("Columns", expanded=open_, icon=":material/view_column:"):
        told = f"{used} of {how_many(len(columns), 'column')} are used"
        again = " as they were the last time" if saved.mapping else ""
        st.caption(f"{told}{again}. What you change here is kept for the next time.")
        return column_mapping(columns, saved.mapping, key=key)


def _looked(there: Given, choices: Choices, recognised: DeltaGenerator) -> ImportReport | None:
    """What it would give; None, and why, when it cannot be imported like this."""
    with recognised:
        try:
            report = look(there, choices)
        except MappingError as error:
            told = escaped(without_place(error.message))
            st.warning(
                f"{told} Say under *Columns* what they hold; one has to hold text.",
                icon=":material/view_column:",
            )
        except InputError as error:
            hint = "" if choices.format == AUTO else " Under *Format* you can let it be recognised."
            told = escaped(without_place(error.message))
            st.error(f"{told}{hint}", icon=":material/error:")
        except DoubleloopError as error:
            st.error(escaped(str(error)), icon=":material/error:")
        else:
            summary(there, report)
            return report
    return None


def _offer(there: Given, choices: Choices, report: ImportReport) -> None:
    """The button that starts the import."""
    if not choices.community:
        st.info("Give the new community a name, in lower-case letters.", icon=":material/edit:")
        return
    prune = bool(report.removed) and st.toggle(
        f"Also delete the {how_many(report.removed, 'experience')} no longer in it",
        key=f"prune {there.key}",
    )
    if st.button("Import it", type="primary", icon=":material/upload:"):
        with telling():
            job = start_import(
                resources.settings(), choices.community, there.path,
                afterwards=there.let_go, prune=prune, **choices.how(),
            )  # fmt: skip
            started(job)
            next_round()
            st.rerun()
    st.caption("It goes on in the background, and can be undone under *What was brought in*.")


def _flattened(there: Given) -> None:
    st.warning(
        f"{how_many(there.flattened, 'file')} came under a name that another has too. A folder "
        "that is dropped here loses the folders in it, which in a chat export are the channels. "
        "Choose it with *A folder*, or drop it as a zip archive.",
        icon=":material/folder_off:",
    )


def _readable() -> None:
    with st.expander("What can be read"):
        told = [f"- **{escaped(title)}**: {escaped(reads)}" for _, title, reads in formats()]
        st.markdown("\n".join(told))
