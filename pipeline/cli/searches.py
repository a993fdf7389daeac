"""Searches with a name: `doubleloop searches …`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli import show_answer, show_kept
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json, progress
from pipeline.errors import NothingFound
from pipeline.flow import saved_searches as flow
from pipeline.flow.contract_found import answer_json
from pipeline.flow.contract_kept import search_json
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings

searches = typer.Typer(help="Searches with a name.", no_args_is_help=True)
app.add_typer(searches, name="searches")

Name = Annotated[str, typer.Argument(help="Name of the search.")]


@searches.command()
def save(
    name: Name,
    query: Annotated[str, typer.Argument(help="What you would type to search.")],
    order: Annotated[
        str, typer.Option(help="lived (what was lived counts a little) or nearness.")
    ] = "lived",
    where: given.WhereFlags = None,
    since: given.Since = None,
    until: given.Until = None,
    outcome: given.OutcomeFlags = None,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Keep a search under a name, as it is typed."""
    wanted = given.where(where, since=since, until=until, outcomes=outcome)
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        kept = flow.save(workspace, name, query, where=wanted, order=order)
    if json:
        print_json({"schema": 1, **search_json(kept)})
    else:
        out.print(f"Saved as '{kept.name}'.", markup=False)


@searches.command("list")
def list_(
    new: Annotated[
        bool, typer.Option("--new", help="Look how many results of each are new.")
    ] = False,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Your saved searches; --new counts what came since each was last run."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        kept = flow.searches(workspace)
        found = [
            (one, len(flow.look(workspace, one.name, progress=report).new) if new else None)
            for one in kept
        ]
    if json:
        print_json({"schema": 1, "searches": [search_json(one, new=n) for one, n in found]})
    else:
        show_kept.searches(found)


@searches.command()
def run(
    name: Name,
    k: Annotated[int, typer.Option("-k", help="How many related experiences.")] = 10,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Run a saved search; tells which results came since it was last run."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        done = flow.run(workspace, name, k=k, progress=report)
    answer, new = done.answer, len(done.new)
    if json:
        told = {"search": search_json(done.search, new=new), "new": list(done.new)}
        print_json({**answer_json(answer), **told})
    elif answer.related:
        show_answer.answer(answer)
        titles = [r.experience.title for r in answer.related if r.experience.id in done.new]
        since = (
            f"since {done.search.last_run:%Y-%m-%d}"
            if done.search.last_run
            else "since it was saved"
        )
        told_new = f": {'; '.join(titles)}" if titles else ""
        out.print(f"{new} of these came {since}{told_new}.", markup=False)
    if not answer.related:
        raise NothingFound("Nothing matches.", hint="Loosen the filters.")


@searches.command()
def rename(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="Its new name.")],
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Give a saved search another name."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        kept = flow.rename(workspace, name, new_name)
    if json:
        print_json({"schema": 1, **search_json(kept)})
    else:
        out.print(f"It is called '{kept.name}' now.", markup=False)


@searches.command()
def delete(
    name: Name,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Forget a saved search."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        gone = flow.delete(workspace, name)
    if json:
        print_json({"schema": 1, "deleted": gone.name})
    else:
        out.print(f"'{gone.name}' is deleted.", markup=False)
