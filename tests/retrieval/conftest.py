"""A small made community, searched by word counts and the plain reference index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.index.base import IndexRow
from pipeline.index.brute_force import BruteForceIndex
from pipeline.records import Experience, OutcomeStatus, Passage, Where
from pipeline.retrieval import Candidates, Reader, search

EVERYTHING = Where()


@dataclass(frozen=True)
class Community:
    """Experiences with their index: one passage for each paragraph."""

    experiences: dict[str, Experience]
    passages: dict[int, Passage]
    index: BruteForceIndex
    encoder: WordCountEncoder

    @property
    def read(self) -> Reader:
        return Reader(
            experiences=lambda ids: {i: self.experiences[i] for i in ids if i in self.experiences},
            passages=lambda ids: {i: self.passages[i] for i in ids if i in self.passages},
            outcomes=lambda _ids: {},
        )

    def ask(self, problem: str, *, k: int = 10, where: Where = EVERYTHING) -> Candidates:
        return search(
            problem, index=self.index, encoder=self.encoder, read=self.read, where=where, k=k
        )


def experience(
    name: str,
    text: str,
    *,
    status: OutcomeStatus = "unknown",
    year: int | None = None,
    discipline: str | None = None,
    title: str = "",
) -> Experience:
    return Experience(
        id=name,
        title=title or name,
        text=text,
        status=status,
        discipline=discipline,
        date=datetime(year, 1, 1, tzinfo=UTC) if year else None,
    )


def build(*experiences: Experience) -> Community:
    encoder = WordCountEncoder()
    index = BruteForceIndex(encoder)
    passages: dict[int, Passage] = {}
    for owner in experiences:
        for paragraph in owner.text.split("\n\n"):
            start = owner.text.index(paragraph)
            number = len(passages) + 1
            end = start + len(paragraph)
            passages[number] = Passage(number, owner.id, paragraph, start, end)
    by_name = {owner.id: owner for owner in experiences}
    vectors = encoder.encode([passage.text for passage in passages.values()])
    index.upsert(
        [
            IndexRow(
                id=passage.id,
                experience=passage.experience,
                vector=vector,
                text=passage.text,
                created=by_name[passage.experience].date,
                discipline=by_name[passage.experience].discipline,
                outcome=by_name[passage.experience].status,
            )
            for passage, vector in zip(passages.values(), vectors, strict=True)
        ]
    )
    return Community(by_name, passages, index, encoder)


@pytest.fixture
def made() -> Callable[..., Experience]:
    """Makes an experience from a name and a text."""
    return experience


@pytest.fixture
def community() -> Callable[..., Community]:
    """Makes a community of experiences."""
    return build


@pytest.fixture
def operations() -> Community:
    """Seven experiences: restores that worked and failed, and other subjects."""
    return build(
        experience(
            "tape",
            "The disk died on a Sunday. We restored the backups from tape, which we had rehearsed.",
            status="worked",
            year=2011,
            discipline="software operations",
        ),
        experience(
            "dump",
            "The disk died and nobody could restore the backups. Nightly dumps were empty.",
            status="failed",
            year=2017,
            discipline="software operations",
        ),
        experience(
            "dump again",
            "The  disk died and nobody could restore the backups. nightly dumps were empty.",
            year=2018,
        ),
        experience("ward", "Nurses on the ward copied orders to paper.", discipline="health care"),
        experience("choir", "The choir sang in the garden until the rain came."),
        experience("stove", "Improved stoves were no longer used after twelve months."),
        experience(
            "radio", "Crews lost radio contact behind the ridge during the fire.", year=2015
        ),
    )
