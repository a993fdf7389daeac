"""A made community: a few experiences that agree, part, and lie years and fields apart."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.records import Experience, OutcomeStatus, Part, PartName, Related, Why


def experience(
    id_: str,
    title: str,
    *,
    status: OutcomeStatus = "unknown",
    year: int | None = None,
    discipline: str | None = None,
    tags: tuple[str, ...] = (),
    **parts: str,
) -> Experience:
    """An experience whose text is its parts in order, with their offsets."""
    text, found = "", []
    for name, words in parts.items():
        start = len(text) + 2 * bool(text)
        text = f"{text}\n\n{words}" if text else words
        kind: PartName = name  # type: ignore[assignment]
        found.append(Part(kind, start, start + len(words)))
    return Experience(
        id_,
        title,
        text,
        tuple(found),
        author=f"member-{id_}",
        discipline=discipline,
        tags=tags,
        date=datetime(year, 1, 1, tzinfo=UTC) if year else None,
        status=status,
    )


EIGHT = experience(
    "eight",
    "Surgical checklist lowers deaths in eight hospitals",
    status="worked",
    year=2009,
    discipline="health care",
    tags=("checklist", "surgery"),
    action="Teams adapted the checklist and tried it aloud before each operation.",
    insight="Volunteers who adapted the checklist believed in it.",
)
ONTARIO = experience(
    "ontario",
    "Mandatory surgical checklist changes little in Ontario",
    status="failed",
    year=2014,
    discipline="health care",
    tags=("checklist", "surgery"),
    action="A rule made the checklist compulsory for every operation within a year.",
    insight="What was made compulsory was the tick, so hospitals delivered ticks.",
)
BOMBER = experience(
    "bomber",
    "Bomber prototype crash leads to the checklist",
    status="worked",
    year=1935,
    discipline="aviation",
    tags=("checklist",),
    insight="The pilots dropped the belief that skill means remembering every step.",
)
LAUNCH = experience(
    "launch",
    "Launch checklist grows out of past failures",
    status="worked",
    year=2004,
    discipline="software operations",
    tags=("checklist",),
    insight="Pruning the checklist turned out to be as much work as adding to it.",
)
WARD = experience(
    "ward",
    "Ward checklist is kept short by nurses",
    status="worked",
    year=2021,
    discipline="health care",
    tags=("checklist",),
    insight="The checklist lived because the ward itself could strike a line from it.",
)

PROBLEM = "Our ward skips the handover checklist at night, although everyone agreed to it."


def related(*experiences: Experience) -> tuple[Related, ...]:
    """The experiences as a search gives them, the first one nearest."""
    return tuple(
        Related(e, score=0.9 - 0.05 * n, why=Why("Both speak of checklists."))
        for n, e in enumerate(experiences)
    )
