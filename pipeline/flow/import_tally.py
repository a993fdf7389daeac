"""What an import has seen so far: counts, people, dates, fields, and what was left out and why."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.basics import one_line, utc
from pipeline.records import Document, Experience, OutcomeStatus, Skipped
from pipeline.reports import ImportPart, ImportReport

SAMPLES = 3
MOST_SKIPPED = 1000  # told one by one; all are counted by reason
MOST_REASONS = 200
MOST_NOTICES = 200


def kind_of_reason(reason: str) -> str:
    """A reason with its numbers left open, and without what stands in brackets.

    So those of one kind are counted together.

    >>> kind_of_reason("7 cells under a header of 1,024")
    'N cells under a header of N'
    """
    return re.sub(r"\s*\([^()]*\)", "", re.sub(r"\d[\d,.]*", "N", reason))


@dataclass(slots=True)
class Tally:
    """Counts what passes. Bounded: people are counted by a number made of their name."""

    documents: int = 0
    experiences: int = 0
    messages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    samples: list[Experience] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    disciplines: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[OutcomeStatus] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    resumed: int = 0
    limited: bool = False
    came: set[str] = field(default_factory=set)
    _written: dict[str, str] = field(default_factory=dict)
    _people: set[int] = field(default_factory=set)
    _parts: list[tuple[str, str, int]] = field(default_factory=list)

    def document(self, document: Document) -> None:
        """Count a document and what it tells of itself."""
        self.documents += 1
        self.messages += len(document.parts)
        for name in {document.author, *(part.author for part in document.parts)}:
            if name:
                self._people.add(hash(name.casefold()))
        if document.discipline:
            self.disciplines[document.discipline] += 1
        if document.status != "unknown":
            self.outcomes[document.status] += 1
        self._date(utc(document.created))

    def experience(self, experience: Experience) -> None:
        """Count an experience, and keep the first few to show."""
        self.experiences += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(experience)

    def leave_out(self, skipped: Skipped) -> None:
        """Note what was left out; the first thousand with their place, all by reason.

        Reasons that differ only in their numbers count as one, with N for the number.
        """
        reason = kind_of_reason(skipped.reason)
        if reason not in self.reasons and len(self.reasons) >= MOST_REASONS:
            reason = "other reasons"
        self.reasons[reason] += skipped.number
        written = one_line(skipped.reason)
        if self._written.setdefault(reason, written) != written:
            self._written[reason] = reason
        if len(self.skipped) < MOST_SKIPPED:
            self.skipped.append(skipped)

    def notice(self, note: str) -> None:
        """Keep a line for the reader of the report, each once."""
        note = one_line(note)
        if len(self.notices) < MOST_NOTICES and note not in self.notices:
            self.notices.append(note)

    def part(self, where: str, connector: str) -> None:
        """Note that a part of a mixed source begins."""
        self._parts.append((where, connector, self.documents))

    def report(self, **more: Any) -> ImportReport:
        """The report of what passed."""
        return ImportReport(
            documents=self.documents,
            experiences=self.experiences,
            added=self.counts["added"],
            changed=self.counts["changed"],
            unchanged=self.counts["unchanged"] + self.counts["elsewhere"],
            skipped=tuple(self.skipped),
            skipped_reasons={self._written[r]: n for r, n in self.reasons.most_common()},
            samples=tuple(self.samples),
            notices=tuple(self.notices),
            parts=self._made_parts(),
            messages=self.messages,
            authors=len(self._people),
            first=self.first,
            last=self.last,
            disciplines=dict(self.disciplines.most_common()),
            outcomes=dict(self.outcomes.most_common()),
            resumed=self.resumed,
            limited=self.limited,
            **more,
        )

    def _date(self, when: datetime | None) -> None:
        if when:
            self.first = min(self.first or when, when)
            self.last = max(self.last or when, when)

    def _made_parts(self) -> tuple[ImportPart, ...]:
        ends = [*(begin for _, _, begin in self._parts[1:]), self.documents]
        return tuple(
            ImportPart(where, connector, end - begin)
            for (where, connector, begin), end in zip(self._parts, ends, strict=False)
        )
