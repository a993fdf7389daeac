"""Commands that add what a member knows: an experience, or how one turned out."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import options as given
from pipeline.cli.main import app
from pipeline.cli.problems import unseen
from pipeline.cli.show import experience as show_experience
from pipeline.cli.show_kept import ledger as show_ledger
from pipeline.cli.show_kept import waiting as show_waiting
from pipeline.cli.terminal import out, print_json
from pipeline.flow.contract import experience_json
from pipeline.flow.contract_kept import ledger_json, notice_json
from pipeline.flow.contributing import Contribution
from pipeline.flow.contributing import contribute as flow_contribute
from pipeline.flow.exploring import experience as flow_experience
from pipeline.flow.exploring import linked
from pipeline.flow.ledger import ledger, summary
from pipeline.flow.ledger import tried as flow_tried
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings


@app.command()
def contribute(
    title: Annotated[str, typer.Option(help="What happened, in a few words.")],
    situation: Annotated[str, typer.Option(help="The situation.")] = "",
    action: Annotated[str, typer.Option(help="What was done or tried.")] = "",
    outcome: Annotated[str, typer.Option(help="What followed.")] = "",
    insight: Annotated[str, typer.Option(help="What was learnt.")] = "",
    status: Annotated[str, typer.Option(help="worked, partly, failed, too early.")] = "unknown",
    discipline: Annotated[str, typer.Option(help="Field it belongs to.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    date: Annotated[str | None, typer.Option(help="When it happened.")] = None,
    author: Annotated[str, typer.Option(help="Kept as a pseudonym.")] = "",
    origin: Annotated[str, typer.Option(help="A link.")] = "",
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Add one experience; it is found at once."""
    settings = load_settings(community=community)
    contribution = Contribution(
        title=title,
        situation=situation,
        action=action,
        outcome=outcome,
        insight=insight,
        status=given.outcome(status),
        discipline=discipline,
        tags=tuple(tag or ()),
        date=given.date(date, flag="--date"),
        author=author,
        origin=origin,
    )
    with Workspace(settings, settings.community, create=True) as workspace:
        kept = flow_contribute(workspace, contribution)
    waiting = unseen(settings)
    if json:
        notices = [notice_json(one) for one in waiting]
        print_json({"schema": 1, **experience_json(kept), "open_problems": notices})
    else:
        out.print(f"Kept as {kept.id}; it is found from now on.")
        show_waiting(waiting)


@app.command()
def show(
    experience: Annotated[str, typer.Argument(help="Id of the experience.")],
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """One experience in full: its parts with their origins, its ledger, what it leads to."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        found = flow_experience(workspace, experience)
        entries = ledger(workspace, found.id)
        leads_to = linked(workspace, found)
    if json:
        print_json({"schema": 1, **experience_json(found), **ledger_json(entries)})
    else:
        show_experience(found, leads_to)
        show_ledger(entries)


@app.command("outcome", hidden=True)  # its name before
@app.command()
def tried(
    experience: Annotated[str, typer.Argument(help="Id of the experience.")],
    status: Annotated[str, typer.Argument(help="worked, partly, failed or too early.")],
    context: Annotated[str, typer.Option(help="Where and how it was tried.")] = "",
    date: Annotated[
        str | None, typer.Option(help="When it was tried; today unless said.", show_default=False)
    ] = None,
    author: Annotated[str, typer.Option(help="Who tried it; kept as a pseudonym.")] = "",
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Record that you tried this and how it turned out; the ledger only grows."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace:
        changed = flow_tried(
            workspace,
            experience,
            given.outcome(status),
            context=context,
            date=given.date(date, flag="--date"),
            author=author,
        )
        entries = ledger(workspace, experience)
    if json:
        print_json({"schema": 1, **experience_json(changed), **ledger_json(entries)})
    else:
        out.print(f"Recorded. {changed.title}: {summary(entries)}.", markup=False)
