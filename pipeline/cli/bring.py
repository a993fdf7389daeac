"""Commands that bring in what a community keeps elsewhere, and take an import back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import options as given
from pipeline.cli import show_imports as show
from pipeline.cli.main import app
from pipeline.cli.problems import unseen
from pipeline.cli.show_kept import waiting as show_waiting
from pipeline.cli.terminal import print_json, progress
from pipeline.flow.contract import import_json, past_import_json
from pipeline.flow.contract_kept import notice_json
from pipeline.flow.fetching import fetched, is_address
from pipeline.flow.history import imports as flow_imports
from pipeline.flow.history import undo as flow_undo
from pipeline.flow.importing import bring_in
from pipeline.flow.opening import formats as flow_formats
from pipeline.flow.preparing import Privacy
from pipeline.flow.workspace import Workspace
from pipeline.settings import load_settings


@app.command("import")
def import_(
    path: Annotated[
        str,
        typer.Argument(
            help="A file (plain or .gz), a zip or tar archive, a folder, or the address of a "
            "Discourse forum, category or topic."
        ),
    ],
    format: Annotated[str, typer.Option("--format", help="Connector, or auto.")] = "auto",  # noqa: A002
    map: Annotated[  # noqa: A002
        list[str] | None,
        typer.Option("--map", help="column=field for tables (may be repeated)."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Name of the source.")] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Tell what was recognised and would happen; keep nothing."),
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Read only that many documents.")] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete what is no longer in the source.")
    ] = False,
    keep_names: Annotated[
        bool | None,
        typer.Option(
            "--keep-names/--pseudonyms",
            help="Keep authors by name; by default they become pseudonyms.",
            show_default=False,
        ),
    ] = None,
    keep_contacts: Annotated[
        bool | None,
        typer.Option(
            "--keep-contacts/--redact",
            help="Leave e-mail addresses, phone numbers and tokens in the text; by default they "
            "are taken out.",
            show_default=False,
        ),
    ] = None,
    base_url: Annotated[
        str, typer.Option(help="Address that the export came from, to make links.")
    ] = "",
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Bring an export or folder in; again later, and only what is new or changed is added."""
    settings = load_settings(community=community)
    mapping = dict(given.pairs(map or (), flag="--map"))
    how: dict[str, Any] = {
        "format": format,
        "mapping": mapping or None,
        "source": source,
        "privacy": _privacy(keep_names, keep_contacts),
        "limit": limit,
        "dry_run": dry_run,
        "prune": prune,
    }
    with progress() as report:
        if is_address(path):
            place = fetched(settings, settings.community, path, progress=report)
            how |= {"source": source or place.source, "base_url": base_url or place.base_url}
            how |= {"skipped": place.skipped}
            read = place.path
        else:
            how |= {"base_url": base_url}
            read = Path(path)
        imported, indexed = bring_in(settings, settings.community, read, progress=report, **how)
    waiting = [] if imported.dry_run else unseen(settings)
    if json:
        written = import_json(imported, indexed)
        print_json({**written, "open_problems": [notice_json(one) for one in waiting]})
    else:
        show.imported(imported, indexed)
        show_waiting(waiting)


@app.command()
def imports(
    undo: Annotated[int | None, typer.Option(help="Take that import back, by its number.")] = None,
    lose_entries: Annotated[
        bool,
        typer.Option(
            "--lose-entries", help="Undo although outcomes that people recorded would go."
        ),
    ] = False,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """What was imported when; --undo N takes an import back."""
    settings = load_settings(community=community)
    with Workspace(settings, settings.community) as workspace, progress() as report:
        if undo is not None:
            flow_undo(workspace, undo, lose_entries=lose_entries, progress=report)
        found = flow_imports(workspace)
    if json:
        print_json({"schema": 1, "imports": [past_import_json(one) for one in found]})
    else:
        show.history(found, undone=undo)


@app.command()
def formats(json: given.Json = False) -> None:
    """The formats that can be read, with the word for --format."""
    found = flow_formats()
    if json:
        print_json(
            {
                "schema": 1,
                "formats": [{"name": name, "title": title, "reads": d} for name, title, d in found],
            }
        )
    else:
        show.formats(found)


def _privacy(keep_names: bool | None, keep_contacts: bool | None) -> Privacy | None:
    """What the flags say; None leaves it as this source was imported before."""
    if keep_names is None and keep_contacts is None:
        return None
    return Privacy(keep_names=bool(keep_names), keep_contacts=bool(keep_contacts))
