"""Commands for the catalogue of models: `doubleloop models …`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipeline.cli import options as given
from pipeline.cli.main import app
from pipeline.cli.terminal import out, print_json, progress
from pipeline.flow.care import ModelState, add_model, list_models
from pipeline.flow.care import test_model as try_model
from pipeline.settings import load_settings

models = typer.Typer(help="Encoders and language models.", no_args_is_help=True)
app.add_typer(models, name="models")


@models.callback()
def _models() -> None:
    """Encoders and language models: what there is, fetch one, try one."""


@models.command("list")
def list_(json: given.Json = False) -> None:
    """The catalogue: where each comes from, licence, size, and whether it is here."""
    found = list_models(load_settings())
    if json:
        print_json({"schema": 1, "models": [model.as_dict() for model in found]})
        return
    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "here", "size", "licence", "from"):
        table.add_column(column)
    for model in found:
        table.add_row(*[escape(cell) for cell in model.as_row()])
    out.print(table)


@models.command()
def add(
    name: Annotated[str, typer.Argument(help="Name in the catalogue.")],
    json: given.Json = False,
) -> None:
    """Fetch a model as data, join it and check its checksum."""
    with progress() as report:
        added = add_model(load_settings(), name, progress=report)
    _told(added, json=json)


@models.command()
def test(
    name: Annotated[str, typer.Argument(help="Name in the catalogue.")],
    json: given.Json = False,
) -> None:
    """Check a model's checksum and let it do one thing."""
    _told(try_model(load_settings(), name), json=json)


def _told(model: ModelState, *, json: bool) -> None:
    if json:
        print_json({"schema": 1, **model.as_dict()})
    else:
        out.print(f"{model.name}: {model.detail}")
