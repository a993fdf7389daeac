"""The commands. Each reads its flags, calls one flow function and shows what came back."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli import options as given
from pipeline.cli import show
from pipeline.cli.terminal import out, print_error, print_json, progress
from pipeline.errors import DoubleloopError, InputError, NothingFound, StoreFull
from pipeline.flow.contract import (
    index_json,
    pattern_json,
    questions_json,
    topics_json,
)
from pipeline.flow.exploring import topic_map, topics_csv
from pipeline.flow.indexing import index_community
from pipeline.flow.reflecting import patterns_of, questions_stream, topic_problem
from pipeline.flow.workspace import Workspace
from pipeline.records import QuestionSet
from pipeline.settings import Settings, load_settings

app = typer.Typer(
    name="doubleloop",
    help="Related prior experiences for a new problem, and the questions underneath.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; an error for the user is one clear line and an exit code."""
    try:
        app()
    except DoubleloopError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except MemoryError:
        print_error(InputError("There is not enough memory for this."))
        sys.exit(2)
    except OSError as error:
        print_error(_of_system(error))
        sys.exit(2)


def _of_system(error: OSError) -> DoubleloopError:
    import errno

    where = f" {error.filename}" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StoreFull(f"There is no room left to write{where}.", hint="Free some space.")
    return InputError(f"The system refused: {error.strerror or error}{where}.")


def _version(value: bool) -> None:
    if value:
        out.print(f"doubleloop {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Related prior experiences for a new problem, and the questions underneath."""


def _open(community: str | None, **flags: object) -> Workspace:
    settings = load_settings(community=community, **flags)
    return Workspace(settings, settings.community)


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build it anew.")] = False,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Embed what is new and drop what is gone."""
    with _open(community) as workspace, progress() as report:
        done = index_community(workspace, rebuild=rebuild, progress=report)
    if json:
        print_json(index_json(done))
    else:
        show.indexed(done)


@app.command()
def questions(
    problem: Annotated[str | None, typer.Argument(help="What you face.")] = None,
    topic: Annotated[str | None, typer.Option(help="Draft from a topic instead.")] = None,
    n: Annotated[int, typer.Option("-n", help="How many questions.")] = 5,
    model: given.Model = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="Show rejected ones too.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print as Markdown.")] = False,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """Reflection questions about the assumptions underneath, with their evidence."""
    with _open(community, chat_model=model) as workspace:
        drafted = _draft(workspace, _problem(workspace, problem, topic), count=n)
        if json:
            print_json(questions_json(drafted))
        elif markdown:
            from pipeline.flow.reflecting import as_markdown

            out.print(as_markdown(workspace, drafted), markup=False, soft_wrap=True)
        else:
            show.questions(drafted, rejected=rejected)
    if not drafted.questions:
        raise NothingFound("No question passed the gates.", hint="--rejected shows why.")


def _draft(workspace: Workspace, problem: str, *, count: int) -> QuestionSet:
    drafted = QuestionSet(problem=problem, questions=())
    with progress() as report:
        for number, newer in enumerate(questions_stream(workspace, problem, count=count), start=1):
            report("Drafting", number, None)
            drafted = newer
    return drafted


def _problem(workspace: Workspace, problem: str | None, topic: str | None) -> str:
    if topic is not None:
        return topic_problem(workspace, topic)
    if problem is None:
        raise InputError("Give a problem, or --topic ID.")
    return problem


@app.command()
def patterns(
    problem: Annotated[str | None, typer.Option(help="What you face.")] = None,
    topic: Annotated[str | None, typer.Option(help="Look at a topic instead.")] = None,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """What related experiences share or why they differ, with quotes for and against."""
    with _open(community) as workspace, progress() as report:
        told = _problem(workspace, problem, topic)
        found = patterns_of(workspace, told, progress=report)
    if json:
        print_json({"schema": 1, "problem": told, "patterns": [pattern_json(p) for p in found]})
    else:
        show.patterns(found)
    if not found:
        raise NothingFound("No pattern has enough evidence.")


@app.command()
def topics(
    export: Annotated[str | None, typer.Option(help="csv or json, to standard output.")] = None,
    community: given.Community = None,
    json: given.Json = False,
) -> None:
    """What the community talks about."""
    with _open(community) as workspace, progress() as report:
        found = topic_map(workspace, progress=report)
        table = topics_csv(workspace, found) if export == "csv" else ""
    if json or export == "json":
        print_json(topics_json(found.topics))
    elif export == "csv":
        sys.stdout.write(table)
    elif export is None:
        show.topics(found.topics)
    else:
        raise InputError(f"--export {export} is not known.", hint="Use csv or json.")


@app.command()
def doctor(json: given.Json = False) -> None:
    """What is installed and which models answer."""
    from dataclasses import asdict

    from pipeline.flow.care import doctor as look

    found = look(load_settings())
    if json:
        print_json({"schema": 1, "checks": [asdict(check) for check in found]})
    else:
        show.checks(found)
    if not all(check.ok for check in found):
        raise typer.Exit(3)


@app.command("app")
def app_(
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1.")] = None,
) -> None:
    """Open the app on this machine."""
    from pipeline.flow.serving import serve

    settings: Settings = load_settings(port=port)
    raise typer.Exit(serve(settings))
