"""Options that several commands share, and how their text is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer
from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date

from pipeline.errors import InputError
from pipeline.records import OUTCOME_STATUSES, OutcomeStatus, Where

Community = Annotated[
    str | None, typer.Option("--community", "-c", help="Name of the community.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print the documented JSON and nothing else.")]
Model = Annotated[
    str | None,
    typer.Option("--model", help="none, embedded, or provider:model.", show_default=False),
]
WhereFlags = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        help="Filter: discipline=…, tag=…, author=…, source=… (may be repeated).",
        show_default=False,
    ),
]
Since = Annotated[str | None, typer.Option(help="Only from this date on.", show_default=False)]
Until = Annotated[str | None, typer.Option(help="Only up to this date.", show_default=False)]
OutcomeFlags = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome", help="worked, partly, failed, too early, unknown.", show_default=False
    ),
]

FIELDS = {"discipline": "disciplines", "tag": "tags", "author": "authors", "source": "sources"}


def pairs(flags: Iterable[str], *, flag: str) -> list[tuple[str, str]]:
    """Flags of the form name=value as pairs.

    >>> pairs(["tag=fog"], flag="--where")
    [('tag', 'fog')]

    Raises:
        InputError: A flag has no equals sign.
    """
    read: list[tuple[str, str]] = []
    for given in flags:
        name, sign, value = given.partition("=")
        if not sign or not name:
            raise InputError(f"{flag} {given} cannot be read.", hint=f"Write {flag} name=value.")
        read.append((name.strip(), value.strip()))
    return read


def where(
    flags: Iterable[str] | None,
    *,
    since: str | None = None,
    until: str | None = None,
    outcomes: Iterable[str] | None = None,
) -> Where:
    """The filter that the flags ask for.

    Raises:
        InputError: A field, a date or an outcome is not known.
    """
    chosen: dict[str, list[str]] = {}
    given = list(outcomes or ())
    for name, value in pairs(flags or (), flag="--where"):
        if name == "outcome":
            given.append(value)
        elif name in FIELDS:
            chosen.setdefault(FIELDS[name], []).append(value)
        else:
            raise InputError(
                f"--where {name}= is not known.", hint=f"Use {', '.join(FIELDS)} or outcome."
            )
    return Where(
        since=date(since, flag="--since"),
        until=date(until, flag="--until"),
        outcomes=tuple(outcome(value) for value in given),
        **{name: tuple(values) for name, values in chosen.items()},  # type: ignore[arg-type]
    )


def date(text: str | None, *, flag: str) -> datetime | None:
    """A date in UTC; a year alone is its first day.

    Raises:
        InputError: The text is not a date.
    """
    if text is None:
        return None
    try:
        read = parse_date(text, default=datetime(1, 1, 1, tzinfo=UTC))
    except (ParserError, OverflowError) as error:
        raise InputError(f"{flag} {text} is not a date.", hint="Write it as 2024-05-31.") from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def outcome(text: str) -> OutcomeStatus:
    """One of the five outcomes.

    Raises:
        InputError: It is another word.
    """
    for status in OUTCOME_STATUSES:
        if text.strip().lower().replace("-", " ") == status:
            return status
    raise InputError(f"'{text}' is not an outcome.", hint=f"Use {', '.join(OUTCOME_STATUSES)}.")
