"""`doubleloop demo`: the sample community, one problem, its questions, then the app."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer
from rich.markup import escape

from pipeline.cli import show, show_answer
from pipeline.cli.main import app
from pipeline.cli.terminal import err, out, print_error, progress
from pipeline.errors import MissingPiece
from pipeline.flow.asking import ask
from pipeline.flow.care import add_model, can_reword, embedded_model
from pipeline.flow.demo import PROBLEM, SAMPLE, SAMPLE_TITLE, load_sample
from pipeline.flow.reflecting import questions_stream
from pipeline.flow.serving import ADDRESS, serve
from pipeline.flow.workspace import Workspace
from pipeline.records import QuestionSet
from pipeline.settings import Settings, load_settings

SHOWN = 3  # related experiences in the terminal


@app.command()
def demo(
    no_app: Annotated[bool, typer.Option("--no-app", help="Only the terminal part.")] = False,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Do not fetch a language model.")
    ] = False,
) -> None:
    """Load the sample community, ask one problem, draft questions, then open the app."""
    settings = load_settings()
    _load(settings)
    if not no_model:
        _fetch(settings)
    with Workspace(settings, SAMPLE) as workspace:
        out.print(f"\n[bold]A problem:[/] {escape(PROBLEM)}")
        found = ask(workspace, PROBLEM, k=12)
        show_answer.answer(dataclasses.replace(found, related=found.related[:SHOWN]))
        out.print("[bold]Questions for an hour of a group's time[/]\n")
        drafted = QuestionSet(problem=PROBLEM, questions=())
        with progress() as report:
            wanted = "embedded" if can_reword(settings) else None
            stream = questions_stream(workspace, PROBLEM, answer=found, count=3, model=wanted)
            for number, newer in enumerate(stream, start=1):
                report("Drafting", number, None)
                drafted = newer
        show.questions(drafted)
    if no_app:
        return
    out.print(f"\nThe app opens at http://{ADDRESS}:{settings.port} (Ctrl+C stops it).")
    raise typer.Exit(serve(settings.model_copy(update={"community": SAMPLE})))


def _load(settings: Settings) -> None:
    with progress() as report:
        imported, indexed = load_sample(settings, progress=report)
    out.print(f"[bold]{SAMPLE_TITLE}[/]: {imported.experiences} experiences, ", end="")
    out.print("added now." if imported.added else "here already.", end=" ")
    out.print(f"[dim]({indexed.passages} passages, {indexed.encoder})[/]")


def _fetch(settings: Settings) -> None:
    name = embedded_model(settings)
    if name is None:
        return
    err.print(f"[dim]Fetching the small language model {name}, once …[/]")
    try:
        with progress() as report:
            add_model(settings, name, progress=report)
    except MissingPiece as error:
        print_error(error)
        err.print("[dim]Going on without it: questions are assembled from the evidence.[/]")
