"""Problems that are kept open: `doubleloop problems …`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli import show_kept as show
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json, progress
from pipeline.flow.contract_kept import problem_json
from pipeline.flow.open_problems import close as flow_close
from pipeline.flow.open_problems import keep_open, match_open, notices, open_problems, see
from pipeline.flow.workspace import Workspace
from pipeline.records import Notice
from pipeline.settings import Settings, load_settings

problems = typer.Typer(
    help="Problems that nobody has lived yet, kept open until something comes.",
    no_args_is_help=True,
)
app.add_typer(problems, name="problems")

Number = Annotated[int, typer.Argument(help="Number of the problem, as the list shows it.")]


@problems.command()
def keep(
    problem: Annotated[str, typer.Argument(help="What you face, in your own words.")],
    where: given.WhereFlags = None,
    since: given.Since = None,
    until: given.Until = None,
    outcome: given.OutcomeFlags = None,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Keep a problem open: you are told when an experience comes that is near to it."""
    wanted = given.where(where, since=since, until=until, outcomes=outcome)
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        kept = keep_open(workspace, problem, where=wanted, progress=report)
    if json:
        print_json({"schema": 1, **problem_json(kept)})
    else:
        out.print(f"Kept open as problem {kept.id}. What comes for it is told after an import.")


@problems.command("list")
def list_(
    all: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,  # noqa: A002
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """The open problems with what came for them; what is new is marked once."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        match_open(workspace, progress=report)
        found = open_problems(workspace, closed=all)
        told = {one.id: notices(workspace, problem=one.id) for one in found}
        if json:
            written = [problem_json(one, told[one.id]) for one in found]
            print_json({"schema": 1, "problems": written})
        else:
            show.problems(found, told)
        see(workspace, [notice for one in told.values() for notice in one])


@problems.command()
def close(
    number: Number,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Close a problem: nothing is looked for any more."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        closed = flow_close(workspace, number)
    if json:
        print_json({"schema": 1, **problem_json(closed)})
    else:
        out.print(f"Problem {closed.id} is closed.")


def unseen(settings: Settings) -> list[Notice]:
    """Notices of open problems that nobody has looked at yet."""
    with Workspace(settings, settings.community) as workspace:
        return notices(workspace, unseen=True)
