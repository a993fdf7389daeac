"""Commands that measure: `doubleloop evaluate …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli import show
from pipeline.cli.main import app
from pipeline.cli.terminal import print_json, progress
from pipeline.flow.evaluating import evaluate_retrieval
from pipeline.settings import load_settings

evaluate = typer.Typer(help="Measure on labelled data.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")


@evaluate.callback()
def _measure() -> None:
    """Measure on labelled data."""


@evaluate.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="A folder in BEIR layout.")],
    split: Annotated[str, typer.Option(help="Which qrels file.")] = "test",
    run: Annotated[Path | None, typer.Option(help="Write the ranking here, in TREC form.")] = None,
    json: given.Json = False,
) -> None:
    """nDCG@10, MAP, MRR and recall, through the path that a member's problem takes."""
    with progress() as report:
        found = evaluate_retrieval(
            load_settings(), folder, split=split, run_file=run, progress=report
        )
    if json:
        written = {name: getattr(found, name) for name in ("name", "split", "documents", "queries")}
        written |= {"schema": 1, "without_relevant": found.without_relevant}
        written |= {"encoder": found.encoder, "figures": dict(found.figures)}
        print_json(written)
    else:
        show.evaluation(found)
