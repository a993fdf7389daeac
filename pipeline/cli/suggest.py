"""The command that shows what the search box offers while somebody types."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli import options as given
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json
from pipeline.errors import InputError, NothingFound
from pipeline.flow.finding import MOST, Suggestion
from pipeline.flow.finding import suggest as flow_suggest
from pipeline.flow.saved_searches import searches
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings

MOST_ALLOWED = 50


@app.command()
def suggest(
    text: Annotated[str, typer.Argument(help="What is typed so far; may be empty.")] = "",
    most: Annotated[int, typer.Option("-n", help="How many suggestions.")] = MOST,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """What the search box offers for the beginning of a search: operators, names, titles."""
    if not 1 <= most <= MOST_ALLOWED:
        raise InputError(f"-n is {most}; it can be 1 to {MOST_ALLOWED}.")
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        saved = {search.name: search.query for search in searches(workspace)}
        found = flow_suggest(workspace, text, searches=saved, most=most)
    if json:
        told = [asdict(one) for one in found]
        print_json({"schema": 1, "typed": text, "suggestions": told})
    elif found:
        _show(found)
    if not found:
        raise NothingFound("Nothing here begins like that.", hint="Ask in your own words.")


def _show(found: tuple[Suggestion, ...]) -> None:
    table = Table.grid(padding=(0, 2))
    for one in found:
        count = f"{one.count:,}" if one.count is not None else ""
        kind = one.operator or one.kind
        label = one.label if one.label != one.text else one.experience
        cells = (Text(one.text), Text(kind, style="cyan"), Text(count), Text(label, style="dim"))
        table.add_row(*cells)
    out.print(table)
