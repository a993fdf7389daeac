"""An answer as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.markup import escape
from rich.text import Text

from pipeline.cli.show import indented
from pipeline.cli.terminal import out
from pipeline.flow.asking import NO_ELSEWHERE, precedent_means
from pipeline.flow.ledger import counted
from pipeline.records import Answer, Experience, Lived, Outcome, Related

COLOURS = {"worked": "green", "partly": "yellow", "failed": "red", "too early": "cyan"}
KEEP = "Keep it open with --keep: the next experience that comes near it is told."


def answer(found: Answer) -> None:
    """What is related, who found otherwise, the same pattern elsewhere, and who has lived it."""
    for note in found.notes:
        out.print(f"[yellow]{escape(note)}[/]")
    if found.lists:
        out.print(f"\n[bold]{found.total:,} experiences pass, the newest first[/]\n")
    else:
        out.print(f"\n[bold]{escape(precedent_means(found))}[/]\n")
    for number, related in enumerate(found.related, start=found.offset + 1):
        _related(related, str(number))
    if found.total > found.offset + len(found.related):
        out.print(f"[dim]{_further(found)}[/]\n")
    if found.lists or found.offset:
        return
    _otherwise(found.counter)
    _elsewhere(found.elsewhere)
    _lived(found.lived, asked=found.precedent == "none")


def _further(found: Answer) -> str:
    page = found.offset // max(len(found.related), 1) + 2
    return f"More with --page {page}."


def _otherwise(counter: Iterable[Related]) -> None:
    there = list(counter)
    if not there:
        out.print("[dim]Nobody here is on record who found otherwise.[/]\n")
        return
    out.print("[bold]Found otherwise[/]\n")
    for related in there:
        _related(related, "↔")
        if related.contrast is None:
            continue
        for one in related.contrast.differs:
            indented(Text(f"{one.facet}: {one.here} | {one.there}"), style="cyan")
        for quote in related.contrast.words:
            side = "here" if quote.experience == related.experience.id else "there"
            indented(Text(f"{side}: “{quote.text}”"))
        out.print()


def _elsewhere(found: Iterable[Related]) -> None:
    there = list(found)
    if not there:
        out.print(f"[dim]{NO_ELSEWHERE}[/]\n")
        return
    out.print("[bold]The same pattern in other fields[/]\n")
    for related in there:
        _related(related, "≈")


def _lived(lived: Lived, *, asked: bool) -> None:
    if not lived.people and not lived.others:
        return
    out.print("[bold]Whom to ask[/]" if asked else "[bold]Who has lived this[/]")
    for person in lived.people:
        contact = f", {person.contact}" if person.contact else ""
        indented(Text(f"{person.name}{contact}: {len(person.experiences)} of these"))
    if lived.others:
        more = "others" if lived.people else "people"
        out.print(f"    [dim]{lived.others:,} {more} who did not ask to be named.[/]")
    out.print()
    if asked:
        out.print(f"[dim]{KEEP}[/]\n")


def _related(related: Related, mark: str) -> None:
    experience = related.experience
    facts = [experience.discipline, str(experience.year) if experience.year else None]
    told = " · ".join(fact for fact in facts if fact)
    head = Text.assemble((f"{mark}. {experience.title}", "bold"), "  ", (told, "dim"), "  ")
    out.print(head.append_text(_outcomes(experience, related.outcomes)))
    if related.why.line:
        indented(Text(related.why.line), style="italic")
    if related.moved:
        indented(Text(f"Its place: {related.moved}"), style="dim")
    for quote in related.why.sentences:
        indented(Text(f"“{quote.text}”"))
    indented(Text(f"{experience.origin}  [{experience.id}]"), style="dim")
    out.print()


def _outcomes(experience: Experience, entries: Iterable[Outcome]) -> Text:
    counts = counted(entries) or {experience.status: 1}
    text = Text()
    for status, number in counts.items():
        label = status if number == 1 and len(counts) == 1 else f"{number} {status}"
        text.append((" · " if text else "") + label, style=COLOURS.get(status, "dim"))
    return text
