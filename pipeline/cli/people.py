"""Who agreed to be named: `doubleloop people …`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli import show_kept as show
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json
from pipeline.flow.contract_kept import consent_json
from pipeline.flow.people import join as flow_join
from pipeline.flow.people import leave as flow_leave
from pipeline.flow.people import people as flow_people
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings

people = typer.Typer(help="Who agreed to be named beside their experiences.", no_args_is_help=True)
app.add_typer(people, name="people")


@people.command()
def join(
    author: Annotated[
        str, typer.Option(help="Their pseudonym, or the name they wrote under (not kept).")
    ],
    name: Annotated[str, typer.Option(help="What they want to be called.")],
    contact: Annotated[str, typer.Option(help="How to reach them.")] = "",
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Note that somebody agreed to be named when others face what they have lived."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        kept = flow_join(workspace, author, name=name, contact=contact)
    if json:
        print_json({"schema": 1, **consent_json(kept)})
    else:
        out.print(
            f"{kept.name} is named from now on (for {kept.author}).", markup=False, soft_wrap=True
        )


@people.command()
def leave(
    author: Annotated[
        str, typer.Option(help="Their pseudonym, the name they wrote under, or the one shown.")
    ],
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Name somebody no longer; the name and contact are deleted at once."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        gone = flow_leave(workspace, author)
    if json:
        print_json({"schema": 1, "left": gone.author})
    else:
        out.print(f"{gone.author} is no longer named; name and contact are deleted.", markup=False)


@people.command("list")
def list_(community: given.Community = None, json: given.Json = False) -> None:
    """Who agreed to be named, since when, and who noted it."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        found = flow_people(workspace)
    if json:
        print_json({"schema": 1, "people": [consent_json(one) for one in found]})
    else:
        show.people(found)
