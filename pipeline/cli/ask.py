"""`doubleloop ask`: a problem in, what others lived through out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli import show_answer
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json, progress
from pipeline.errors import InputError, NothingFound
from pipeline.flow.asking import ask as flow_ask
from pipeline.flow.contract_found import answer_json
from pipeline.flow.contract_kept import problem_json
from pipeline.flow.open_problems import keep_open
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings


class Order(StrEnum):
    """How related experiences are ordered."""

    lived = "lived"
    nearness = "nearness"


@app.command()
def ask(
    problem: Annotated[
        str,
        typer.Argument(
            help="What you face, in your own words. It may hold tag:… author:… discipline:… "
            'before:… after:… outcome:… source:… and "an exact phrase".'
        ),
    ],
    k: Annotated[int, typer.Option("-k", help="How many related experiences.")] = 10,
    page: Annotated[int, typer.Option(help="Which page of them.")] = 1,
    order: Annotated[
        Order, typer.Option(help="lived: what was tried and is recent a little higher.")
    ] = Order.lived,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the problem open; the next like it is told.")
    ] = False,
    where: given.WhereFlags = None,
    since: given.Since = None,
    until: given.Until = None,
    outcome: given.OutcomeFlags = None,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Related experiences for a problem, who found otherwise, and who has lived it."""
    wanted = given.where(where, since=since, until=until, outcomes=outcome)
    if page < 1:
        raise InputError(f"--page {page} is no page; the first is 1.")
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        found = flow_ask(
            workspace, problem, k=k, offset=(page - 1) * k, where=wanted, order=order.value,
            progress=report,
        )  # fmt: skip
        kept = keep_open(workspace, problem, where=wanted) if keep else None
    if json:
        print_json(answer_json(found) | ({"kept": problem_json(kept)} if kept else {}))
    elif found.related:
        show_answer.answer(found)
    if kept and not json:
        out.print(f"Kept open as {kept.id}; `doubleloop problems list` shows what comes for it.")
    if not found.related:
        told = " ".join(found.notes) or "Nothing matches."
        raise NothingFound(told, hint="Loosen the filters.")
