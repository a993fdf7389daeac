"""Answers, questions and reports as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.terminal import out
from pipeline.flow.care import Check
from pipeline.flow.evaluating import RetrievalEvaluation
from pipeline.records import (
    Experience,
    Link,
    Pattern,
    Question,
    QuestionSet,
    Topic,
)
from pipeline.reports import IndexReport


def experience(found: Experience, leads_to: Iterable[tuple[Link, Experience | None]]) -> None:
    """One experience in full, each part with who wrote it, when and where."""
    out.print(Text(found.title, style="bold"))
    facts = [found.discipline, str(found.date.date()) if found.date else None, found.author]
    facts += [found.status, found.origin, *found.tags]
    out.print(Text(" · ".join(fact for fact in facts if fact), style="dim"))
    for part in found.parts:
        told = [part.name, part.author, part.origin]
        out.print(Text("\n" + " · ".join(fact for fact in told if fact), style="dim"))
        out.print(Text(found.text[part.start : part.end]))
    if found.votes:
        votes = found.votes
        out.print(
            f"\n{votes.agree:,} agreed, {votes.disagree:,} disagreed, {votes.passed:,} passed."
        )
    for link, there in leads_to:
        place = f"{there.title} [{there.id}]" if there else link.target
        out.print(Text(f"{link.kind}: {place}"))


def indented(text: Text, *, style: str = "") -> None:
    """A text set in from the left."""
    out.print(Padding(text, (0, 0, 0, 4)), style=style)


def questions(drafted: QuestionSet, *, rejected: bool = False) -> None:
    """Questions with their lens, assumption, evidence and what drafted them."""
    for number, question in enumerate(drafted.questions, start=1):
        _question(question, number)
    if drafted.note:
        out.print(f"[dim]{escape(drafted.note)}[/]")
    if rejected and drafted.rejected:
        out.print("[bold]Rejected[/]")
        for question in drafted.rejected:
            out.print(f"  [dim]{escape('; '.join(question.reasons))}:[/] {escape(question.text)}")
    elif drafted.rejected:
        out.print(f"[dim]{len(drafted.rejected)} more were rejected; --rejected shows why.[/]")


def _question(question: Question, number: int) -> None:
    out.print(f"[bold]{number}. {escape(question.text)}[/]")
    loop = f"{question.loop} loop · {question.lens}"
    indented(Text(f"{loop} · assumes: {question.assumption}"), style="cyan")
    if question.sibling:
        indented(Text(f"instead of: {question.sibling}"), style="dim")
    for quote in question.evidence:
        indented(Text(f"{quote.stance}: “{quote.text}” [{quote.experience}]"))
    made = " · ".join(
        part for part in (question.drafted_by, question.model, question.prompt) if part
    )
    indented(Text(f"drafted by: {made}"), style="dim")
    out.print()


def patterns(found: Iterable[Pattern]) -> None:
    """Patterns with how many experiences and authors stand behind each."""
    for pattern in found:
        out.print(f"[bold]{escape(pattern.claim)}[/]")
        people = f"{pattern.authors} authors" if pattern.authors else "authors not known"
        indented(
            Text(f"{pattern.kind} · {pattern.experiences} experiences · {people}"), style="cyan"
        )
        for quote in pattern.quotes:
            indented(Text(f"{quote.stance}: “{quote.text}” [{quote.experience}]"))
        out.print()


def indexed(report: IndexReport) -> None:
    """What an index run did."""
    out.print(
        f"Index: {report.passages:,} passages, {report.embedded:,} embedded now, "
        f"{report.cached:,} from the cache, {report.deleted:,} dropped ({report.encoder})."
    )


def topics(found: Iterable[Topic]) -> None:
    """Topics, largest first."""
    table = Table(box=None, pad_edge=False)
    for column in ("topic", "experiences", "share", "about"):
        table.add_column(column)
    for topic in found:
        about = ", ".join(topic.keywords[:8])
        table.add_row(topic.id, str(len(topic.members)), f"{topic.share:.0%}", escape(about))
    out.print(table)


def evaluation(found: RetrievalEvaluation) -> None:
    """Figures of a retrieval evaluation."""
    table = Table(title=f"{found.name} ({found.split})", box=None)
    for name in found.figures:
        table.add_column(name, justify="right")
    table.add_row(*[f"{value:.4f}" for value in found.figures.values()])
    out.print(table)
    out.print(
        f"{found.documents:,} documents, {found.queries} queries measured, "
        f"{found.without_relevant} left out that have no relevant document; "
        f"{found.encoder}; {found.milliseconds_query:.0f} ms a query."
    )


def checks(found: Iterable[Check]) -> None:
    """What doctor found."""
    for check in found:
        mark = "[green]ok[/]     " if check.ok else "[yellow]missing[/]"
        out.print(f"{mark} {check.name}: {escape(check.detail)}")
        if not check.ok and check.hint:
            out.print(f"        {escape(check.hint)}")
