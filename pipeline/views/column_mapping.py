"""What each column of a table holds: shown with a value from it, and changed by the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pipeline.flow.opening import FIELDS, TableColumn
from pipeline.views.components import how_many
from pipeline.views.safe_text import escaped, shortened

LEFT_OUT = "left out"
AT_FIRST = 40  # columns shown before all of them are asked for
FEW = 8  # columns that are shown opened
TEXT = {"text", "situation", "action", "outcome", "insight"}
HOLDS = {
    "id": "its number or key",
    "title": "the title",
    "situation": "the situation",
    "action": "what was done",
    "outcome": "what followed",
    "insight": "what was learnt",
    "text": "text",
    "author": "who wrote it",
    "created": "the date",
    "discipline": "the discipline",
    "tags": "tags",
    "status": "how it turned out",
    "origin": "a link to it",
    "language": "the language",
    "year": "the year",
}


def to_be_looked_at(columns: Sequence[TableColumn], saved: Mapping[str, str]) -> bool:
    """Whether a person should see the columns without asking: what they hold is in doubt."""
    held = list(_before(columns, saved).values())
    if not TEXT.intersection(held):
        return True
    return not saved and "" in held and len(held) <= FEW


def column_mapping(
    columns: Sequence[TableColumn], saved: Mapping[str, str], *, key: str
) -> dict[str, str]:
    """An editor with one row a column; gives what differs from what the headers say.

    Args:
        columns: The table's columns.
        saved: What was chosen when this source was imported before; preselected.
        key: Tells this table from any other.
    """
    chosen = {
        column.name: _holds(column, saved, key=f"holds {key} {number}")
        for number, column in enumerate(_shown(columns, key))
    }
    return difference(columns, {**_before(columns, saved), **chosen}, saved)


def difference(
    columns: Sequence[TableColumn], chosen: Mapping[str, str], saved: Mapping[str, str]
) -> dict[str, str]:
    """What has to be said when importing: columns that are not what their headers say.

    Whatever was saved is said again, since what is not said stays as it was saved.

    >>> size, note = TableColumn("size", ""), TableColumn("note", "text")
    >>> difference((size, note), {"size": "tags", "note": "text"}, {})
    {'size': 'tags'}
    >>> difference((size, note), {"size": "", "note": "text"}, {"size": "tags"})
    {'size': ''}
    """
    told = {
        column.name: chosen[column.name]
        for column in columns
        if chosen[column.name] != column.field or column.name in saved
    }
    return told or (dict(chosen) if saved else {})


def _before(columns: Sequence[TableColumn], saved: Mapping[str, str]) -> dict[str, str]:
    return {column.name: saved.get(column.name, column.field) for column in columns}


def _shown(columns: Sequence[TableColumn], key: str) -> Sequence[TableColumn]:
    if len(columns) <= AT_FIRST:
        return columns
    label = f"Show all {how_many(len(columns), 'column')}"
    return columns if st.toggle(label, key=f"all columns {key}") else columns[:AT_FIRST]


def _holds(column: TableColumn, saved: Mapping[str, str], *, key: str) -> str:
    """One row: the column, a value that stands in it, and what it holds."""
    name, field = st.columns([3, 2], vertical_alignment="center")
    example = escaped(shortened(column.example, 90)) or "*always empty*"
    shown = escaped(shortened(column.name, 80)) or "*without a name*"
    name.markdown(f"**{shown}**  \n:gray[:small[{example}]]")
    options = ["", *FIELDS]
    before = saved.get(column.name, column.field)
    chosen = field.selectbox(
        f"What {shown} holds",
        options,
        index=options.index(before) if before in options else 0,
        format_func=lambda word: HOLDS.get(word, word) or LEFT_OUT,
        key=key,
        label_visibility="collapsed",
    )
    return chosen or ""
