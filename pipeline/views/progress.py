"""A progress bar that flow can call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pipeline.flow.workspace import Progress


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """A bar to hand to a flow function as `progress`; it goes away when the work is done."""
    shown = st.progress(0.0, text=label)

    def progress(stage: str, done: int, total: int | None) -> None:
        share = min(done / total, 1.0) if total else 0.0
        counted = f"{done:,} of {total:,}" if total else f"{done:,}"
        shown.progress(share, text=f"{stage}: {counted}")

    try:
        yield progress
    finally:
        shown.empty()
