"""What the terminal shows: progress that appears when something takes longer than two seconds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pipeline.errors import DoubleloopError
from pipeline.flow.workspace import Progress as Report

PATIENCE = 2.0  # seconds without a progress bar

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def print_json(written: dict[str, Any]) -> None:
    """One JSON object on standard output, and nothing else."""
    sys.stdout.write(json.dumps(written, ensure_ascii=False, indent=2) + "\n")


def print_error(error: DoubleloopError) -> None:
    """One line that says what is wrong, and one that says what to do."""
    err.print(f"[bold red]error:[/] {_plain(error.message)}", soft_wrap=True)
    if error.hint:
        err.print(f"       {_plain(error.hint)}", soft_wrap=True)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress() -> Iterator[Report]:
    """A callback for `flow`; its bar goes to standard error, once it is worth showing."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=err, transient=True)
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done, total=total)

    patience = Timer(PATIENCE, bar.start)
    patience.daemon = True
    patience.start()
    try:
        yield report
    finally:
        patience.cancel()
        if bar.live.is_started:
            bar.stop()
