"""What members keep here as text for a person at a terminal: ledger, problems, people, searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.terminal import out
from pipeline.flow.ledger import summary
from pipeline.records import Consent, Notice, OpenProblem, Outcome, SavedSearch

FIRST = 5  # notices of a problem, before the rest is counted
LONGEST = 200  # characters of a problem's text


def ledger(entries: Sequence[Outcome]) -> None:
    """A ledger: what it comes to, and each entry with when, where and by whom it was made."""
    if not entries:
        return
    out.print(Text(f"\nhow it turned out: {summary(entries) or 'not known'}", style="bold"))
    for one in entries:
        where = "as told" if one.from_source else one.context
        told = (one.status, _day(one.date or one.recorded), where, one.author or "")
        _indented(" · ".join(part for part in told if part))


def waiting(notices: Sequence[Notice]) -> None:
    """Problems that have a precedent now, in a line, with what to do."""
    problems = list(dict.fromkeys(one.problem for one in notices))
    if not problems:
        return
    told = {one.problem: one.told for one in notices}
    named = "; ".join(f"{number}: “{_short(told[number], 60)}”" for number in problems[:FIRST])
    more = f"; and {len(problems) - FIRST} more" if len(problems) > FIRST else ""
    count = (
        "1 open problem now has"
        if len(problems) == 1
        else f"{len(problems)} open problems now have"
    )
    out.print(Text(f"{count} a precedent: {named}{more}. `doubleloop problems list` shows it."))


def problems(found: Sequence[OpenProblem], notices: Mapping[int, Sequence[Notice]]) -> None:
    """Open problems, each with what came for it; what nobody has looked at is marked new."""
    if not found:
        out.print("No problem is open.")
    for one in found:
        out.print(Text(f"{one.id}. {_short(one.problem, LONGEST)}", style="bold"))
        facts = [f"kept {_day(one.kept)} by {one.kept_by}"]
        facts += [f"closed {_day(one.closed)}"] if one.closed else []
        facts += [] if one.notices else ["nothing has come for it yet"]
        _indented(" · ".join(facts), style="dim")
        mine = notices.get(one.id, ())
        for notice in mine[:FIRST]:
            mark = "new: " if notice.seen is None else ""
            _indented(f"{mark}{notice.title}  [{notice.experience}]")
        if len(mine) > FIRST:
            _indented(f"and {len(mine) - FIRST} more (--json)", style="dim")


def people(found: Sequence[Consent]) -> None:
    """Who agreed to be named."""
    table = _table("name", "contact", "author", "since", "noted by")
    for one in found:
        cells = (one.name, one.contact, one.author, _day(one.joined), one.recorded_by)
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table if found else "Nobody has agreed to be named yet.")


def searches(found: Iterable[tuple[SavedSearch, int | None]]) -> None:
    """Saved searches; with the number of new results where it was looked."""
    rows = list(found)
    table = _table("name", "search", "last run", "new")
    for one, new in rows:
        cells = (one.name, _short(one.query, 80), _day(one.last_run) or "never")
        table.add_row(*(Text(cell) for cell in cells), "" if new is None else str(new))
    out.print(table if rows else "No search is saved yet.")


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table


def _short(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _indented(text: str, *, style: str = "") -> None:
    out.print(Padding(Text(text), (0, 0, 0, 4)), style=style)
