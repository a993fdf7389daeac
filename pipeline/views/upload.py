"""Bring in a file: look at what it would give, then import it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import streamlit as st

from pipeline.flow.importing import FIELDS, bring_in, formats, import_source, table_columns
from pipeline.flow.indexing import index_community
from pipeline.records import ImportReport
from pipeline.views import resources
from pipeline.views.components import telling
from pipeline.views.progress import bar
from pipeline.views.safe_text import escaped
from pipeline.views.upload_report import preview, report_line

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

NEW = "A new community"
AUTO = "auto"
MOST_COLUMNS = 40
LEFT_OUT = "(left out)"


def upload() -> None:
    """From choosing a file to the report of its import."""
    _done()
    file = st.file_uploader(
        "A file that the community keeps: a table, JSON lines, a page of Markdown, a forum export",
        key=f"file {st.session_state.get('files brought in', 0)}",
        help="It stays on this machine. Files that end in .gz are read too.",
    )
    community = _target()
    if file is None:
        _readable()
        return
    path = _stored(file)
    how = _how(path, file)
    if not community:
        st.info("Give the new community a name, in lower-case letters.", icon=":material/edit:")
        return
    with st.spinner("Looking at the file…"):
        report = _looked(community, path, how)
    preview(report)
    if st.button("Import it", type="primary", icon=":material/upload:"):
        _import(community, path, how)


def _target() -> str:
    names = resources.names()
    options = [*names, NEW]
    current = resources.chosen()
    into = st.selectbox(
        "Into the community",
        options,
        index=options.index(current) if current in names else len(names),
    )
    if into != NEW:
        return into or ""
    given = st.text_input(
        "Name of the new community", max_chars=63, placeholder="for example night-nurses"
    )
    return re.sub(r"[^a-z0-9_-]+", "-", given.strip().lower()).strip("-_")


def _how(path: Path, file: UploadedFile) -> dict[str, Any]:
    titles = {AUTO: "Recognise it", **{name: title for name, title, _ in formats()}}
    with st.expander("Format, name and columns", icon=":material/settings:"):
        format_ = st.selectbox("Format", list(titles), format_func=lambda name: titles[name])
        source = st.text_input(
            "Keep it under the name", value=_safe_name(file.name).split(".")[0],
            help="Bringing in the same name again adds only what is new or changed.",
        )  # fmt: skip
        mapping = _columns(path, format_ or AUTO)
    return {"format": format_ or AUTO, "source": source.strip() or "upload", "mapping": mapping}


def _columns(path: Path, format_: str) -> dict[str, str]:
    columns: dict[str, str] = {}
    with telling():
        columns = table_columns(path, format=format_)
    if not columns:
        return {}
    st.markdown("**What each column holds**")
    sides = st.columns(2)
    changed = {}
    for number, (column, field) in enumerate(list(columns.items())[:MOST_COLUMNS]):
        options = ["", *FIELDS]
        chosen = sides[number % 2].selectbox(
            escaped(column),
            options,
            index=options.index(field) if field in options else 0,
            format_func=lambda name: name or LEFT_OUT,
            key=f"column {path.parent.name} {format_} {column}",
        )
        if (chosen or "") != field:
            changed[column] = chosen or ""
    return changed


def _looked(community: str, path: Path, how: dict[str, Any]) -> ImportReport:
    if community in resources.names():
        opened = resources.open_community(community)
        with opened.turn:
            return import_source(opened, path, dry_run=True, **how)
    return bring_in(resources.settings(), community, path, dry_run=True, **how)[0]


def _import(community: str, path: Path, how: dict[str, Any]) -> None:
    with telling(), bar("Importing…") as progress:
        if community in resources.names():
            opened = resources.open_community(community)
            with opened.turn:
                report = import_source(opened, path, progress=progress, **how)
                index_community(opened, progress=progress)
        else:
            report, _ = bring_in(resources.settings(), community, path, progress=progress, **how)
        resources.forget()
        st.session_state["imported"] = report_line(report)
        st.session_state["files brought in"] = st.session_state.get("files brought in", 0) + 1
        st.session_state[resources.NEXT] = community
        st.rerun()


def _done() -> None:
    told = st.session_state.pop("imported", None)
    if told:
        st.success(told, icon=":material/check_circle:")


def _readable() -> None:
    with st.expander("What can be read"):
        st.markdown("\n".join(f"- {escaped(title)}" for _, title, _ in formats()))


def _stored(file: UploadedFile) -> Path:
    """The upload under a safe name in a folder of its own, which goes when the session does."""
    kept: dict[str, tuple[tempfile.TemporaryDirectory[str], Path]]
    kept = st.session_state.setdefault("uploads", {})
    if file.file_id not in kept:
        kept.clear()
        folder = tempfile.TemporaryDirectory(prefix="doubleloop-")
        path = Path(folder.name) / _safe_name(file.name)
        path.write_bytes(file.getbuffer())
        kept[file.file_id] = folder, path
    return kept[file.file_id][1]


def _safe_name(name: str) -> str:
    r"""A plain file name: no folders, nothing a shell or a path could act on.

    >>> _safe_name("..\\..\\my report (1).csv")
    'my-report-1.csv'
    """
    last = PurePath(name.replace("\\", "/")).name
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip(".-")
    return re.sub(r"-+\.", ".", plain)[-100:] or "upload"
