from __future__ import annotations

from datetime import UTC, datetime

from pipeline.records import Consent, Experience, Outcome, Part, Related, Why
from pipeline.retrieval.people import Field, fields_near, who_lived, who_to_ask

TODAY = datetime(2026, 1, 1, tzinfo=UTC)


def consents(**names: str) -> dict[str, Consent]:
    return {author: Consent(author, name, TODAY, "owner") for author, name in names.items()}


def related(
    id_: str,
    score: float,
    author: str | None,
    *,
    others: tuple[str, ...] = (),
    tried: tuple[str, ...] = (),
    discipline: str | None = None,
    tags: tuple[str, ...] = (),
) -> Related:
    parts = tuple(Part("post", 0, 1, author=name) for name in others)
    told = Experience(id_, id_, "t", parts, author, discipline, tags)
    entries = [Outcome("worked", author=name) for name in tried]
    said = Outcome("worked", author=author, from_source=True)
    return Related(told, score, Why(""), outcomes=(said, *entries))


def test_only_who_agreed_is_named_and_the_others_are_counted() -> None:
    found = [
        related("e1", 0.8, "a"),
        related("e2", 0.7, "b", others=("c",)),
        related("e3", 0.7, None),
    ]

    lived = who_lived(found, consents(a="Ada"))

    assert [(p.name, p.experiences) for p in lived.people] == [("Ada", ("e1",))]
    assert lived.others == 2


def test_more_and_nearer_experiences_rank_higher() -> None:
    found = [related("e1", 0.9, "b"), related("e2", 0.8, "a"), related("e3", 0.8, "a")]

    lived = who_lived(found, consents(a="Ada", b="Bob"))

    assert [p.name for p in lived.people] == ["Ada", "Bob"]
    assert lived.people[0].experiences == ("e2", "e3")


def test_telling_counts_more_than_trying_and_trying_more_than_writing_in_the_thread() -> None:
    found = [related("e1", 0.9, "told", tried=("tried",), others=("told", "tried", "wrote"))]

    lived = who_lived(found, consents(wrote="W", tried="T", told="A"))

    assert [p.author for p in lived.people] == ["told", "tried", "wrote"]
    assert lived.people[0].score == 0.9


def test_what_is_far_from_the_nearest_does_not_match() -> None:
    lived = who_lived([related("e1", 0.8, "a"), related("e2", 0.3, "b")], consents(b="Bob"))

    assert lived.people == ()
    assert lived.others == 1


def test_nothing_found_names_nobody() -> None:
    assert who_lived([], consents(a="Ada")).people == ()
    assert fields_near([]) == {}


def test_the_fields_of_what_is_near_are_weighed_by_nearness() -> None:
    found = [
        related("e1", 0.4, "a", discipline="law"),
        related("e2", 0.3, "b", discipline="nursing", tags=("list", "night")),
        related("e3", 0.3, "c", discipline="nursing", tags=("list",)),
    ]

    fields = fields_near(found)

    assert list(fields) == [
        Field("discipline", "nursing"),
        Field("discipline", "law"),
        Field("tag", "list"),
        Field("tag", "night"),
    ]
    assert fields[Field("discipline", "nursing")] == 0.6


def test_whom_to_ask_is_who_told_most_around_the_problem() -> None:
    nursing, law = Field("discipline", "nursing"), Field("discipline", "law")
    told = [("a", f"a{n}", nursing) for n in range(9)]
    told += [("b", "b1", nursing), ("b", "b2", law), ("c", "c1", nursing)]

    asked = who_to_ask({nursing: 0.6, law: 0.4}, told, consents(a="Ada", b="Bob"), others=3)

    assert [(p.name, len(p.experiences)) for p in asked.people] == [("Ada", 5), ("Bob", 2)]
    assert asked.others == 3
