"""Imports and their history as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.cli.terminal import out
from pipeline.flow.opening import formats as all_formats
from pipeline.reports import ImportReport, IndexReport, PastImport

FIRST_SKIPPED = 5
FIRST_REASONS = 12
FIRST_PARTS = 20
FIRST_NOTICES = 8


def imported(report: ImportReport, index: IndexReport) -> None:
    """What was recognised, what an import did or would do, and what was left out and why."""
    titles = {name: title for name, title, _ in all_formats()}
    title = titles.get(report.connector, report.connector)
    out.print(f"Recognised as [bold]{escape(title)}[/] ({report.connector}).")
    _parts(report, titles)
    _facts(report)
    verb = "Would add" if report.dry_run else "Added"
    out.print(
        f"{verb} {report.added:,}, changed {report.changed:,}, unchanged {report.unchanged:,}, "
        f"no longer there {report.removed:,}: {report.experiences:,} experiences "
        f"as source '{escape(report.source)}' in {report.seconds:.1f} s."
    )
    if report.resumed:
        out.print(f"{report.resumed:,} were ready from an import that was cut short.")
    if report.limited:
        out.print("Only the beginning was read, as asked; nothing beyond it counts as removed.")
    _redacted(report.redacted)
    for notice in report.notices[:FIRST_NOTICES]:
        out.print(Text(f"  note: {notice}", style="dim"))
    if len(report.notices) > FIRST_NOTICES:
        out.print(f"  [dim]and {len(report.notices) - FIRST_NOTICES} more notes (--json)[/]")
    if report.dry_run:
        _samples(report)
    _skipped(report)
    if not report.dry_run:
        out.print(
            f"Indexed {index.passages:,} passages ({index.embedded:,} embedded, "
            f"{index.cached:,} from the cache, {index.deleted:,} dropped)."
        )
        out.print(
            f"[dim]Import {report.run}; `doubleloop imports --undo {report.run}` undoes it.[/]"
        )


def history(found: Sequence[PastImport], *, undone: int | None = None) -> None:
    """The imports as a table, newest first."""
    if undone is not None:
        out.print(f"Import {undone} was undone.")
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("import", "when", "source", "format", "added", "changed", "removed", ""):
        table.add_column(column, justify="right" if column in {"added", "changed"} else "left")
    for one in found:
        state = "undone" if one.undone else "can be undone" if one.can_undo else ""
        table.add_row(
            str(one.run), f"{one.started:%Y-%m-%d %H:%M}", escape(one.source), one.connector,
            f"{one.added:,}", f"{one.changed:,}", f"{one.removed:,}", state,
        )  # fmt: skip
    out.print(table if found else "Nothing was imported yet.")


def formats(found: Iterable[tuple[str, str, str]]) -> None:
    """The formats as a table."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("--format", "name", "reads"):
        table.add_column(column)
    for name, title, description in found:
        table.add_row(name, escape(title), escape(description))
    out.print(table)


def _parts(report: ImportReport, titles: Mapping[str, str]) -> None:
    for part in report.parts[:FIRST_PARTS]:
        title = titles.get(part.connector, part.connector)
        out.print(Text(f"  {part.where}: {title}, {part.documents:,} documents"))
    if len(report.parts) > FIRST_PARTS:
        out.print(f"  [dim]and {len(report.parts) - FIRST_PARTS} more parts (--json)[/]")


def _facts(report: ImportReport) -> None:
    told = [f"{report.documents:,} documents", f"{report.messages:,} parts or messages"]
    told.append(f"{report.authors:,} authors" if report.authors else "no authors named")
    if report.first and report.last:
        told.append(f"{report.first:%Y-%m-%d} to {report.last:%Y-%m-%d}")
    out.print(", ".join(told) + ".")
    for name, counts in (("disciplines", report.disciplines), ("outcomes", report.outcomes)):
        if counts:
            shown = ", ".join(f"{word} {count:,}" for word, count in list(counts.items())[:8])
            more = f" and {len(counts) - 8} more" if len(counts) > 8 else ""
            out.print(Text(f"{name}: {shown}{more}", style="dim"))


def _redacted(counts: Mapping[str, int]) -> None:
    if counts:
        plural = {"e-mail address": "e-mail addresses"}
        told = (f"{n:,} {plural.get(k, k + 's') if n > 1 else k}" for k, n in counts.items())
        out.print(f"Taken out of the text: {', '.join(told)} (--keep-contacts leaves them in).")


def _samples(report: ImportReport) -> None:
    for number, experience in enumerate(report.samples, start=1):
        out.print(Text(f"\nsample {number}: {experience.title}", style="bold"))
        facts = [str(experience.date.date()) if experience.date else "no date"]
        facts += [experience.author or "no author", experience.discipline or "no discipline"]
        facts += [experience.status, experience.origin]
        out.print(Text("  " + " · ".join(facts), style="dim"))
        text = " ".join(experience.text.split())
        out.print(Text("  " + (text if len(text) <= 400 else text[:400].rsplit(" ", 1)[0] + " …")))
    if report.samples:
        out.print()


def _skipped(report: ImportReport) -> None:
    total = sum(report.skipped_reasons.values())
    if not total:
        return
    out.print(f"{total:,} {'record was' if total == 1 else 'records were'} left out:")
    reasons = list(report.skipped_reasons.items())
    for reason, count in reasons[:FIRST_REASONS]:
        out.print(Text(f"  {count:,} × {reason}", style="yellow"))
    if len(reasons) > FIRST_REASONS:
        out.print(f"  [dim]and {len(reasons) - FIRST_REASONS} more reasons (--json)[/]")
    for one in report.skipped[:FIRST_SKIPPED]:
        out.print(Text(f"  {one.where}: {one.reason}", style="dim"))
    if total > FIRST_SKIPPED:
        out.print("  [dim]… all of them with --json[/]")
